"""Which pods the policy takes, and what it takes beside the targets."""

from __future__ import annotations

from collections.abc import Iterator

from kubectl_ddfargate.facts.agents import has_agent
from kubectl_ddfargate.facts.fargate import Workload, fargate_workloads
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.facts.selectors import matches
from kubectl_ddfargate.facts.workloads import template_of
from kubectl_ddfargate.model.design import OPT_OUT_LABEL, PolicyScope, TargetWorkload
from kubectl_ddfargate.model.fargate_marks import PROFILE_LABEL
from kubectl_ddfargate.model.plan import PlannedTarget
from kubectl_ddfargate.resolve.addon import explain_addon
from kubectl_ddfargate.resolve.cluster_agent import Chosen
from kubectl_ddfargate.resolve.desk import GIVEN, Desk
from kubectl_ddfargate.resolve.label_selector import parse_label
from kubectl_ddfargate.resolve.template_labels import labels_as_sent

Label = tuple[str, str]
Labels = tuple[Label, ...]


def settle_pod_label(desk: Desk) -> Label | None:
    """The common label from the settings; None where there is none, or, with a note, where it is no label."""
    said = desk.settings.pod_label
    if not said:
        return None
    try:
        label = parse_label(said)
    except ValueError as error:
        desk.block(str(error), next_step="correct --pod-label")
        return None
    desk.settle("podLabel", said, GIVEN)
    explain_addon(desk, label)
    return label


def settle_scope(
    desk: Desk,
    targets: tuple[TargetWorkload, ...],
    *,
    injector: str,
    common: Label | None,
    cluster_agent: Chosen | None,
) -> PolicyScope | None:
    """The scope for these targets; None, perhaps with a note, where there can be none.

    By the profile's label where nothing was chosen, so that what is added tomorrow is served too. A native policy
    comes before Fargate's webhook and never sees that label.
    """
    if not targets or not injector:
        return None
    namespaces = tuple(sorted({target.namespace for target in targets}))
    if common is not None:
        _tell_uncommon(desk, targets, common)
        return PolicyScope(namespaces, common_label=common, excluded=_never(cluster_agent, targets))
    chosen = desk.settings.targets is not None or bool(desk.settings.selector)
    if not chosen and injector != "admission-policy":
        return PolicyScope(namespaces, profile_label=True, excluded=_never(cluster_agent, targets))
    bare = [target.address for target in targets if not target.labels]
    if bare:
        desk.block(
            f"no policy could tell the pods of {', '.join(bare)} from others: their template has no label",
            next_step="give the template a label, or leave it out",
        )
        return None
    return PolicyScope(namespaces, label_sets=tuple((target.namespace, target.labels) for target in targets))


def _never(cluster_agent: Chosen | None, targets: tuple[TargetWorkload, ...]) -> tuple[tuple[str, Labels], ...]:
    """The cluster agent's own pods, where a wide rule would take them though nobody named them."""
    if cluster_agent is None or not any(one.namespace == cluster_agent.agent.namespace for one in targets):
        return ()
    if any(one.address == cluster_agent.agent.address for one in targets):
        return ()
    return ((cluster_agent.agent.namespace, tuple(sorted(cluster_agent.selector.items()))),)


def rule_for(scope: PolicyScope, target: TargetWorkload) -> str:
    """By what the policy knows a target's pods: `label eks.amazonaws.com/fargate-profile in kube-system`."""
    if scope.common_label is not None:
        return f"label {'='.join(scope.common_label)} in {target.namespace}"
    if scope.profile_label:
        return f"label {PROFILE_LABEL} in {target.namespace}"
    labels = ",".join(f"{key}={value}" for key, value in target.labels)
    return f"label{'s' if len(target.labels) > 1 else ''} {labels} in {target.namespace}"


def planned(scope: PolicyScope | None, targets: tuple[TargetWorkload, ...]) -> tuple[PlannedTarget, ...]:
    """The targets as a plan lists them."""
    return tuple(
        PlannedTarget(
            namespace=target.namespace,
            kind=target.kind,
            name=target.name,
            pods=target.pods,
            rule=rule_for(scope, target) if scope is not None else "",
        )
        for target in targets
    )


def tell_what_else_is_taken(desk: Desk, scope: PolicyScope, targets: tuple[TargetWorkload, ...]) -> None:
    """Note the workloads that are no targets and whose pods the policy takes all the same."""
    others = desk.ask("what else the policy takes", lambda: list(_others(desk.index, scope, targets)))
    if others:
        listed = ", ".join(others[:8]) + (" and others" if len(others) > 8 else "")
        desk.inform(
            f"the policy takes new pods of these too: {listed}; the label {OPT_OUT_LABEL}=false in a template "
            "keeps its pods out"
        )


def _others(index: Index, scope: PolicyScope, targets: tuple[TargetWorkload, ...]) -> Iterator[str]:
    named = {(target.namespace, target.kind, target.name) for target in targets}
    for workload in fargate_workloads(index):
        ref = workload.ref
        if (ref.namespace, ref.kind, ref.name) in named or ref.namespace not in scope.namespaces:
            continue
        template = template_of(index, ref)
        if template is not None and has_agent(template.spec):
            continue  # the policy leaves alone what has an agent
        if _takes(index, scope, workload):
            yield ref.address


def _takes(index: Index, scope: PolicyScope, workload: Workload) -> bool:
    labels = labels_as_sent(index, workload.ref, workload.pods)
    namespace = workload.ref.namespace
    if labels.get(OPT_OUT_LABEL) == "false" or _any_of(scope.excluded, namespace, labels):
        return False
    if scope.profile_label:
        return True
    if scope.common_label is not None:
        return matches(dict((scope.common_label,)), labels)
    return _any_of(scope.label_sets, namespace, labels)


def _any_of(sets: tuple[tuple[str, Labels], ...], namespace: str, labels: dict[str, str]) -> bool:
    return any(place == namespace and matches(dict(wanted), labels) for place, wanted in sets)


def _tell_uncommon(desk: Desk, targets: tuple[TargetWorkload, ...], common: Label) -> None:
    """Warn of targets whose pods do not carry the common label yet: the policy does not take them."""
    workloads = desk.ask("which pods have the common label", lambda: fargate_workloads(desk.index)) or ()
    by_name = {(one.ref.namespace, one.ref.kind, one.ref.name): one for one in workloads}
    without = []
    for target in targets:
        known = by_name.get((target.namespace, target.kind, target.name))
        labels = dict(target.labels)
        if known is not None:
            labels |= _labels(desk, known)
        if not matches(dict((common,)), labels):
            without.append(target.address)
    if without:
        desk.warn(
            f"the templates of {', '.join(without)} lack the label {'='.join(common)}: the policy does not take "
            "their pods until they have it; for add-ons of EKS it comes by their configuration (podLabels)"
        )


def _labels(desk: Desk, workload: Workload) -> dict[str, str]:
    return desk.ask(workload.ref.address, lambda: labels_as_sent(desk.index, workload.ref, workload.pods)) or {}
