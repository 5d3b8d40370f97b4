"""Why a policy does not act on the pods that it is meant for, as far as that can be seen.

The order is that of cause and effect: what is not in force cannot exclude anything. What Kyverno leaves out, and
how: its ConfigMap and its live webhook configuration (kyverno/kyverno pkg/config, pkg/controllers/webhook).
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

import msgspec

from kubectl_ddfargate.facts.agent_policies import AgentPolicy
from kubectl_ddfargate.facts.index import Index, fact
from kubectl_ddfargate.facts.injectors import (
    labels_as_sent,
    labels_at_webhooks,
    looks_at_new_pods,
    namespace_labels,
)
from kubectl_ddfargate.facts.kyverno import RESOURCE_WEBHOOKS, kyverno, kyverno_config
from kubectl_ddfargate.facts.kyverno_exclusions import Hidden, hidden
from kubectl_ddfargate.facts.kyverno_selectors import shut_out_by
from kubectl_ddfargate.facts.selectors import selects
from kubectl_ddfargate.facts.workloads import WorkloadRef
from kubectl_ddfargate.model.fargate_marks import PROFILE_LABEL
from kubectl_ddfargate.model.kinds import BINDINGS, POLICIES, WEBHOOKS
from kubectl_ddfargate.model.kube.admission import MutatingAdmissionPolicy, MutatingWebhookConfiguration, Webhook
from kubectl_ddfargate.model.kube.kyverno import CelPolicy


class FaultKind(Enum):
    """What keeps a policy from acting, in causal order."""

    NOT_IN_FORCE = "not in force"
    FILTERED = "filtered"
    SHUT_OUT = "shut out"
    REQUESTER = "its requester is left out"
    TOO_EARLY = "it waits for what comes later"
    FORM = "a form that the server refuses"


class InjectionFault(msgspec.Struct, frozen=True):
    """One thing that keeps one policy from acting."""

    kind: FaultKind
    policy: AgentPolicy
    object: str
    """Where it stands: `configmap/kyverno -n kyverno`."""
    path: str
    observed: str
    expected: str


def policy_faults(index: Index, policy: AgentPolicy, ref: WorkloadRef) -> Iterator[InjectionFault]:
    """What keeps one policy from a workload's new pods, the first cause first. Raises NotReadError."""
    idle = not_in_force(index, policy)
    if idle is not None:
        yield idle
        return
    if policy.kind is POLICIES:
        yield from _native(index, policy, ref)
    else:
        yield from _kyverno(index, policy, ref)
    yield from form_faults(policy)


@fact
def not_in_force(index: Index, policy: AgentPolicy) -> InjectionFault | None:
    """Why a policy acts on no pod at all; None where it may act. Raises NotReadError."""
    if policy.kind is POLICIES:
        if any(one.spec.policy_name == policy.policy.name for one in index.all(BINDINGS)):
            return None
        text = "no MutatingAdmissionPolicyBinding names it"
        return InjectionFault(FaultKind.NOT_IN_FORCE, policy, policy.address, "spec", text, "a binding")
    engine = kyverno(index)
    if engine is not None and engine.why is not None:
        return InjectionFault(
            FaultKind.NOT_IN_FORCE,
            policy,
            policy.address,
            "status",
            f"Kyverno does not answer: {engine.why}",
            "Kyverno runs",
        )
    if not isinstance(policy.policy, MutatingAdmissionPolicy) and policy.policy.not_ready:
        text = "Kyverno says that it is not ready"
        return InjectionFault(FaultKind.NOT_IN_FORCE, policy, policy.address, "status.conditions", text, "ready")
    if not _live(index):
        text = "no webhook of it is about the creation of pods"
        where = f"{WEBHOOKS.kind.lower()}/{RESOURCE_WEBHOOKS}"
        return InjectionFault(FaultKind.NOT_IN_FORCE, policy, where, "webhooks", text, "a rule for CREATE pods")
    return None


def _live(index: Index) -> list[Webhook]:
    """Kyverno's live webhooks that are called when pods are created."""
    configurations: list[MutatingWebhookConfiguration] = index.all(WEBHOOKS)
    return [
        webhook
        for one in configurations
        if one.name == RESOURCE_WEBHOOKS
        for webhook in one.webhooks or ()
        if looks_at_new_pods(webhook.rules)
    ]


def _native(index: Index, policy: AgentPolicy, ref: WorkloadRef) -> Iterator[InjectionFault]:
    """A native policy comes before all webhooks, so it never sees what Fargate's adds."""
    assert isinstance(policy.policy, MutatingAdmissionPolicy)
    constraints = policy.policy.spec.match_constraints
    selector = constraints.object_selector if constraints else None
    path = ""
    if not any(selects(selector, labels) for labels in labels_as_sent(index, ref)):
        path = "spec.matchConstraints.objectSelector"
    waiting = [one.name or "" for one in policy.policy.spec.match_conditions or () if one.waits_for_fargate]
    if waiting and not path:
        path = f"spec.matchConditions[{waiting[0]}]"
    if path:
        yield InjectionFault(
            FaultKind.TOO_EARLY,
            policy,
            policy.address,
            path,
            f"{PROFILE_LABEL}, which Fargate's webhook adds after the server's own policies have run",
            "labels of the pod template",
        )


def _kyverno(index: Index, policy: AgentPolicy, ref: WorkloadRef) -> Iterator[InjectionFault]:
    named = f"{ref.name}-0" if ref.kind == "StatefulSet" else ""
    found = hidden(index, ref.namespace, name=named) or Hidden(ref.namespace)
    config = kyverno_config(index)
    where = f"configmap/{config.name} -n {config.namespace}" if config is not None else "Kyverno's ConfigMap"
    parts = (
        (FaultKind.FILTERED, "data.resourceFilters", found.filters),
        (FaultKind.SHUT_OUT, "data.webhooks", found.selectors),
        (FaultKind.REQUESTER, "data", found.requesters),
    )
    for kind, path, entries in parts:
        if entries:
            yield InjectionFault(
                kind, policy, where, path, ", ".join(entries), f"nothing that leaves out {ref.namespace}"
            )
    if not found.selectors:
        live = _live_selector(index, ref)
        if live:
            name = f"{WEBHOOKS.kind.lower()}/{RESOURCE_WEBHOOKS}"
            expected = f"a webhook that takes pods of {ref.namespace}"
            yield InjectionFault(FaultKind.SHUT_OUT, policy, name, "webhooks[].namespaceSelector", live, expected)


def _live_selector(index: Index, ref: WorkloadRef) -> str:
    """What of Kyverno's live webhooks shuts the workload's pods out; empty where one of them takes them."""
    space = namespace_labels(index, ref.namespace)
    reasons: list[str] = []
    for webhook in _live(index):
        outside = shut_out_by(webhook.namespace_selector, space)
        inside = [shut_out_by(webhook.object_selector, labels) for labels in labels_at_webhooks(index, ref)]
        if not outside and not all(inside):
            return ""
        reasons.append(f"{webhook.name} wants {', '.join(outside or inside[0])}")
    return "; ".join(reasons)


def form_faults(policy: AgentPolicy) -> Iterator[InjectionFault]:
    """An apply configuration that sets what it may only take or leave as a whole: the server refuses the patch."""
    if isinstance(policy.policy, CelPolicy):
        evaluation = policy.policy.spec.evaluation
        if evaluation is not None and evaluation.use_server_side_apply:
            return
    elif not isinstance(policy.policy, MutatingAdmissionPolicy):
        return
    for number, mutation in enumerate(policy.policy.spec.mutations or ()):
        if mutation.refused_fields:
            yield InjectionFault(
                FaultKind.FORM,
                policy,
                policy.address,
                f"spec.mutations[{number}].applyConfiguration",
                ", ".join(mutation.refused_fields),
                "a jsonPatch, which may set them",
            )
