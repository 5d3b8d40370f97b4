"""Which pods differ from what admission would make of their workload today, and whether a restart cures that."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

import msgspec

from kubectl_ddfargate.facts.agent_differences import differences
from kubectl_ddfargate.facts.agents import agents_in, has_agent
from kubectl_ddfargate.facts.by_hand import by_hand
from kubectl_ddfargate.facts.dns import is_cluster_dns
from kubectl_ddfargate.facts.fargate import Workload
from kubectl_ddfargate.facts.index import Index, NotProvedError, NotReadError, fact
from kubectl_ddfargate.facts.injection import spec_today
from kubectl_ddfargate.facts.injectors import possible_injectors
from kubectl_ddfargate.facts.workloads import WorkloadRef, template_of
from kubectl_ddfargate.model.kube.pods import Pod, PodSpec

_REVISION_LABELS = ("pod-template-hash", "controller-revision-hash")


class Reason(Enum):
    """In what way pods differ from today's."""

    MISSING = "missing"
    """No agent, though one would come."""
    DIFFERENT = "different"
    """A sidecar other than today's."""
    LEFT_OVER = "left over"
    """An agent that came by admission, and nothing injects any more."""


class Outdated(msgspec.Struct, frozen=True):
    """A workload with those of its pods that differ from today's."""

    ref: WorkloadRef
    pods: tuple[Pod, ...]
    reason: Reason
    why: str
    """For people: `2 of 2 pods have no agent, though one would come`."""
    by_hand: str = ""
    """Why a restart is left to the user, and what to do. Empty: a rollout cures it."""
    is_dns: bool = False
    """It is the cluster's CoreDNS."""

    @property
    def address(self) -> str:
        """`deployment/coredns -n kube-system`."""
        return self.ref.address


class Unproved(msgspec.Struct, frozen=True):
    """A workload of which it is not known what its pods would be today."""

    ref: WorkloadRef
    reason: str


def needs_restart(index: Index, workloads: Iterable[Workload]) -> tuple[Outdated, ...]:
    """The workloads with pods that differ from today's, CoreDNS last. Those that are not proved are left out."""
    found = [one for workload in workloads if (one := _judged(index, workload)) and isinstance(one, Outdated)]
    return tuple(sorted(found, key=lambda one: (one.is_dns, one.ref)))


def unproved(index: Index, workloads: Iterable[Workload]) -> tuple[Unproved, ...]:
    """The workloads that could not be judged, and why."""
    judged = (_judged(index, workload) for workload in workloads)
    return tuple(one for one in judged if isinstance(one, Unproved))


@fact
def _judged(index: Index, workload: Workload) -> Outdated | Unproved | None:
    try:
        today = _today(index, workload.ref)
        old = {pod.name: reason for pod in workload.pods if (reason := _reason(pod, today))}
        served = {_revision(pod) for pod in workload.pods if pod.name not in old}
        # Where pods of another revision are as today's, a rollout is under way or hangs: another does not help.
        pods = tuple(p for p in workload.pods if p.name in old and not served - {_revision(p)})
        if not pods:
            return None
        reason = old[pods[0].name]
        return Outdated(
            ref=workload.ref,
            pods=pods,
            reason=reason,
            why=_why(reason, pods[0], today, of=f"{len(pods)} of {len(workload.pods)}"),
            by_hand=by_hand(index, workload.ref, pods),
            is_dns=is_cluster_dns(workload, index),
        )
    except NotProvedError as error:
        return Unproved(workload.ref, str(error))
    except NotReadError as error:
        return Unproved(workload.ref, f"you may not {error}")


def _today(index: Index, ref: WorkloadRef) -> PodSpec:
    """The spec of a pod made today. Where nothing could add a container, that is the template's."""
    try:
        return spec_today(index, ref)
    except NotProvedError:
        template = template_of(index, ref)
        if template is None or possible_injectors(index, ref):
            raise
        return template.spec


def _reason(pod: Pod, today: PodSpec) -> Reason | None:
    if not has_agent(pod.spec):
        return Reason.MISSING if has_agent(today) else None
    if has_agent(today):
        return Reason.DIFFERENT if differences(pod.spec, today) else None
    # An agent of the former template goes with the rollout that the change of the template has started.
    written = written_containers(pod)
    came = [container for container in agents_in(pod.spec) if container.name not in written]
    return Reason.LEFT_OVER if written and came else None


def written_containers(pod: Pod) -> set[str]:
    """The containers that somebody wrote, by `managedFields`; what admission adds is nobody's. Empty: not known."""
    names = set()
    for entry in pod.metadata.managed_fields or ():
        spec = entry.fields.spec if entry.fields else None
        for group in (spec.containers, spec.init_containers) if spec else ():
            names |= {key.removeprefix('k:{"name":"').removesuffix('"}') for key in group or ()}
    return names


def _why(reason: Reason, pod: Pod, today: PodSpec, *, of: str) -> str:
    if reason is Reason.MISSING:
        return f"{of} pods have no agent, though one would come"
    if reason is Reason.LEFT_OVER:
        return f"{of} pods have an agent that nothing injects any more"
    return f"{of} pods have another agent than today's: {'; '.join(differences(pod.spec, today))}"


def _revision(pod: Pod) -> str | None:
    return next((pod.labels[label] for label in _REVISION_LABELS if label in pod.labels), None)
