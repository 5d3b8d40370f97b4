"""Whether new pods of a workload get an agent today, by whom, and how that is known.

What is certain is what the server's own dry-run answered. The text of a native policy is understood as far as
its selectors go; conditions, parameters and foreign webhooks are not guessed at.
"""

from __future__ import annotations

from kubectl_ddfargate.facts.agents import NATIVE_NAME, AgentGroup, agents_in, has_agent, pods_without_agent
from kubectl_ddfargate.facts.fargate import Workload, fargate_workloads
from kubectl_ddfargate.facts.index import Index, NotProvedError, NotReadError, fact
from kubectl_ddfargate.facts.injectors import possible_injectors
from kubectl_ddfargate.facts.kyverno_injectors import kyverno_injectors
from kubectl_ddfargate.facts.refused_dry_runs import why_refused
from kubectl_ddfargate.facts.workloads import WorkloadRef, template_of
from kubectl_ddfargate.model.kinds import WEBHOOKS
from kubectl_ddfargate.model.kube.pods import Container, Pod, PodSpec, PodTemplate

_REVISION_LABELS = ("pod-template-hash", "controller-revision-hash")
"""What Deployments and StatefulSets tell their revisions apart by."""


@fact
def spec_today(index: Index, ref: WorkloadRef) -> PodSpec:
    """What a new pod of this workload would be today, by the server's dry-run.

    Raises NotProvedError where there was no dry-run or it gave no answer.
    """
    proof = index.proof(ref.kind, ref.namespace, ref.name)
    if proof is None:
        reason = f"no dry-run was made of {ref.address}"
        raise NotProvedError(reason, by_choice=index.snapshot.proof_wanted is not True)
    if proof.outcome in ("off", "limited", "forbidden"):
        reason = proof.message or "no dry-run was made"
        raise NotProvedError(reason, by_choice=index.snapshot.proof_wanted is not True)
    if proof.outcome == "refused" or proof.spec is None:
        raise NotProvedError(why_refused(index, proof.message), by_choice=False)
    return proof.spec


def injected_today(index: Index, ref: WorkloadRef) -> bool:
    """Whether a new pod would have an agent. Raises NotProvedError where that is not certain.

    Certain without a dry-run: a template that holds an agent, and a cluster in which nothing could add one.
    """
    template = template_of(index, ref)
    if template is not None and has_agent(template.spec):
        return True
    try:
        return has_agent(spec_today(index, ref))
    except NotProvedError:
        if not possible_injectors(index, ref):
            return False
        raise


def outdated_pods(workload: Workload) -> tuple[Pod, ...]:
    """The pods without an agent that no rollout is about to replace.

    Where pods of another revision have an agent, the rollout that brings it is under way, or hangs: then what
    keeps the new pods from getting ready is the cause, and another restart does not help.
    """
    served = {_revision(pod) for pod in workload.pods if has_agent(pod.spec)}
    return tuple(pod for pod in pods_without_agent(workload) if not served - {_revision(pod)})


def _revision(pod: Pod) -> str | None:
    return next((pod.labels[label] for label in _REVISION_LABELS if label in pod.labels), None)


@fact
def prospects(index: Index) -> tuple[AgentGroup, ...]:
    """The agents that workloads without one would get at their next start, where a dry-run tells."""
    found = []
    for workload in fargate_workloads(index):
        if any(has_agent(pod.spec) for pod in workload.pods):
            continue
        try:
            spec = spec_today(index, workload.ref)
        except NotProvedError:
            continue
        found += [AgentGroup(workload.ref, c, spec, workload.pods, prospective=True) for c in agents_in(spec)]
    return tuple(found)


def injected_by(index: Index, ref: WorkloadRef, container: Container) -> str:
    """Who put this agent there: `template`, `datadog`, `admission-policy`, `kyverno`, or `unknown`."""
    try:
        template = template_of(index, ref)
        if template is not None and _holds(template, container):
            return "template"
        if container.name == NATIVE_NAME:
            return "datadog"
        candidates = possible_injectors(index, ref)
    except NotReadError:
        return "datadog" if container.name == NATIVE_NAME else "unknown"
    if any(container.name in candidate.names for candidate in candidates):
        return "admission-policy"
    if _added_by_kyverno(index, ref, container):
        return "kyverno"
    webhooks = [candidate.name for candidate in candidates if candidate.kind == WEBHOOKS.kind]
    return "kyverno" if webhooks and all(name.startswith("kyverno-") for name in webhooks) else "unknown"


def _added_by_kyverno(index: Index, ref: WorkloadRef, container: Container) -> bool:
    """Whether the text of a policy of Kyverno's adds it. One that may not be read adds nothing for certain."""
    try:
        return any(container.name in one.names for one in kyverno_injectors(index, ref))
    except NotReadError:
        return False


def _holds(template: PodTemplate, container: Container) -> bool:
    return any(own.name == container.name for own in template.spec.all_containers())
