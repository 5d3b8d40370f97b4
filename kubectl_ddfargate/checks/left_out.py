"""Workloads that nothing injects into, while it does into others (319)."""

from __future__ import annotations

from kubectl_ddfargate.checks.injection import WITH_KYVERNO
from kubectl_ddfargate.checks.registry import Problem, check
from kubectl_ddfargate.checks.remedies import change, kubectl, quoted
from kubectl_ddfargate.checks.subjects import each_workload
from kubectl_ddfargate.checks.suppressions import ANNOTATION, with_decision
from kubectl_ddfargate.facts.agents import agents, pods_without_agent
from kubectl_ddfargate.facts.fargate import Workload
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.facts.injection import injected_today
from kubectl_ddfargate.facts.injection_faults import is_explained
from kubectl_ddfargate.facts.injectors import PossibleInjector, possible_injectors
from kubectl_ddfargate.facts.kyverno_injectors import ignored_injectors
from kubectl_ddfargate.facts.still_injected import injection_works_somewhere
from kubectl_ddfargate.facts.workloads import metadata_of, template_of
from kubectl_ddfargate.model.design import OPT_OUT_LABEL
from kubectl_ddfargate.model.kinds import POLICIES, WEBHOOKS
from kubectl_ddfargate.model.report import Category, Evidence, Fix, Severity


@check(
    "DDF319",
    "No Fargate workload is left out",
    trouble="Workloads are left out of the injection",
    severity=Severity.WARNING,
    category=Category.INJECTION,
    over=each_workload,
    needs=WITH_KYVERNO,
)
def left_out(index: Index, workload: Workload) -> Problem | None:
    """A workload has no agent and would get none, while others are injected.

    Symptom: its telemetry is missing, and nobody notices.
    Why: no policy's selector takes it. Often it came after the policy was written.
    Verified: the server's dry-run of its template.
    Fix: `kubectl ddfargate install`. By hand: widen the selector of what injects. Or leave it alone: label its pods
        `ddfargate/inject: "false"`, which no policy of install takes, and say why to doctor: annotate the workload
        with `ddfargate/suppress: "DDF319 reason=…"`, or write that under `suppress` of the settings file (-f).
    Sources: https://kubernetes.io/docs/reference/access-authn-authz/mutating-admission-policy/
    """
    bare = pods_without_agent(workload)
    if len(bare) < len(workload.pods):
        return None
    others = injection_works_somewhere(index)
    if not others and not _is_a_part(index):  # of the whole cluster DDF301 says so
        return None
    if injected_today(index, workload.ref) or ignored_injectors(index, workload.ref):
        return None
    if is_explained(index, workload):  # a policy is meant for it, and a finding of its own says what keeps it
        return None
    looking = possible_injectors(index, workload.ref)
    observed = "no agent; no policy or webhook takes its pods"
    if looking:
        named = ", ".join(f"{item.kind}/{item.name}" for item in looking)
        observed = f"no agent; looked at by {named}, and not injected"
    seen = Evidence(
        object=workload.ref.address, path="spec.template", observed=observed, expected="an agent, or a suppression"
    )
    return Problem(
        message="no agent, and nothing that injects covers it"
        + (", while other workloads are injected" if others else ""),
        evidence=(seen,),
        cause="left out",
        fix=_cover(index, workload),
    )


def _is_a_part(index: Index) -> bool:
    """Whether only a part of the cluster was looked at: then nobody says what holds for the whole."""
    return bool(index.snapshot.scope.namespace or index.snapshot.scope.selector)


def _cover(index: Index, workload: Workload) -> Fix:
    """Where to widen what injects into others, and by which labels. To leave it so is for a person to decide."""
    ref = workload.ref
    template, metadata = template_of(index, ref), metadata_of(index, ref)
    labels = (template.metadata.labels if template else workload.pods[0].labels) or {}
    before = metadata.annotations.suppress if metadata and metadata.annotations else None
    injectors = _injectors_of_others(index)
    places = " or ".join(f"{injector.kind}/{injector.name}" for injector in injectors) or "what injects into others"
    patch = [
        f"# {places} must take pods with these labels of {ref.address}:",
        *(f"{key}: {quoted(value)}" for key, value in sorted(labels.items())),
        f'# to leave it alone: in its template the label {OPT_OUT_LABEL}: "false", which no policy',
        f"# of install takes, and on {ref.resource} the annotation that silences this finding:",
        f"# {ANNOTATION}: {quoted(with_decision(before, 'DDF319', '<why>'))}",
    ]
    commands = [
        kubectl(index, "edit", POLICIES.resource, injector.name)
        if injector.kind == POLICIES.kind
        else kubectl(index, "get", WEBHOOKS.resource, injector.name, "-o", "yaml")
        for injector in injectors
    ]
    return Fix(commands=tuple(commands) or (change(index, ref),), patch="\n".join(patch) + "\n")


def _injectors_of_others(index: Index) -> tuple[PossibleInjector, ...]:
    """What injects into other workloads: the policy that spells their agent out, else all that look at them."""
    looking = {one: None for group in agents(index) for one in possible_injectors(index, group.ref)}
    names = {group.container.name for group in agents(index)}
    return tuple(one for one in looking if not names.isdisjoint(one.names)) or tuple(looking)
