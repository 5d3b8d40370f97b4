"""Which pods run on Fargate, what Fargate refuses, and why a pod of it does not start.

Source of the marks and of the refusals: AWS's user guide (nodes/fargate.adoc) and what its scheduler says.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from kubectl_ddfargate.facts.index import Index, fact
from kubectl_ddfargate.facts.per_spec import per_spec
from kubectl_ddfargate.facts.workloads import WorkloadRef, owner_of
from kubectl_ddfargate.model.fargate_marks import PROFILE_LABEL, SCHEDULER
from kubectl_ddfargate.model.kinds import EVENTS, PODS
from kubectl_ddfargate.model.kube.pods import Pod, PodSpec

WEBHOOK = "0500-amazon-eks-fargate-mutation.amazonaws.com"

# An inline CSI volume needs a driver on the node, which is a DaemonSet (aws/containers-roadmap#1764).
_TAKEN_VOLUMES = frozenset(
    {"empty_dir", "config_map", "secret", "projected", "downward_api", "persistent_volume_claim"}
)


class Workload(msgspec.Struct, frozen=True, order=True):
    """A workload with those of its pods that are looked at. Finished and leaving pods are none of them."""

    ref: WorkloadRef
    pods: tuple[Pod, ...]

    __hash__ = object.__hash__  # what is worked out for a workload is remembered by identity


def has_label(pod: Pod) -> bool:
    """Whether the profile's label is there."""
    return PROFILE_LABEL in pod.labels


def has_scheduler(pod: Pod) -> bool:
    """Whether Fargate's scheduler is asked for."""
    return pod.spec.scheduler_name == SCHEDULER


def _live(pod: Pod) -> bool:
    return not pod.finished and pod.metadata.deletion_timestamp is None


@fact
def fargate_workloads(index: Index) -> tuple[Workload, ...]:
    """All workloads with pods on Fargate (both marks), by namespace, kind and name."""
    return _grouped(index, [p for p in index.all(PODS) if _live(p) and has_label(p) and has_scheduler(p)])


def pods_of(index: Index, ref: WorkloadRef) -> tuple[Pod, ...]:
    """The pods on Fargate of one workload."""
    found = _by_ref(index).get(ref)
    return found.pods if found is not None else ()


@fact
def _by_ref(index: Index) -> dict[WorkloadRef, Workload]:
    return {workload.ref: workload for workload in fargate_workloads(index)}


@fact
def half_marked_workloads(index: Index) -> tuple[Workload, ...]:
    """Workloads with pods that carry one of the two marks only."""
    return _grouped(index, [p for p in index.all(PODS) if _live(p) and has_label(p) != has_scheduler(p)])


def _grouped(index: Index, pods: list[Pod]) -> tuple[Workload, ...]:
    groups: dict[WorkloadRef, list[Pod]] = {}
    known: dict[int, WorkloadRef] = {}
    for pod in pods:
        owners = pod.metadata.owner_references
        ref = known.get(id(owners)) if owners else None  # the pods of one controller share the list
        if ref is None:
            ref = known[id(owners)] = owner_of(index, pod)
        groups.setdefault(ref, []).append(pod)
    ordered = sorted(groups.items(), key=lambda item: item[0])
    return tuple(Workload(ref, tuple(sorted(members, key=lambda pod: pod.name))) for ref, members in ordered)


class Refusal(msgspec.Struct, frozen=True):
    """One thing in a spec that Fargate does not take."""

    path: str
    observed: str
    expected: str


@per_spec
def refusals(spec: PodSpec) -> tuple[Refusal, ...]:
    """What Fargate refuses in this spec."""
    return tuple(_refusals(spec))


def _refusals(spec: PodSpec) -> Iterator[Refusal]:
    for name, value in (
        ("hostNetwork", spec.host_network),
        ("hostPID", spec.host_pid),
        ("hostIPC", spec.host_ipc),
    ):
        if value:
            yield Refusal(f"spec.{name}", "true", "not set")
    for group, containers in (("initContainers", spec.init_containers), ("containers", spec.containers)):
        for container in containers or ():
            path = f"spec.{group}[{container.name}]"
            context = container.security_context
            if context is not None and context.privileged:
                yield Refusal(f"{path}.securityContext.privileged", "true", "not set")
            added = (context.capabilities.add if context and context.capabilities else None) or ()
            # NET_BIND_SERVICE is in the default set: EKS's own CoreDNS adds it and runs.
            beyond = [name for name in added if name.removeprefix("CAP_") != "NET_BIND_SERVICE"]
            if beyond:
                yield Refusal(f"{path}.securityContext.capabilities.add", ", ".join(beyond), "none added")
            for port in container.ports or ():
                if port.host_port:
                    yield Refusal(f"{path}.ports.hostPort", str(port.host_port), "not set")
    for volume in spec.volumes or ():
        kinds = [
            field
            for field in volume.__struct_fields__
            if field not in ("name", *_TAKEN_VOLUMES) and getattr(volume, field) is not None
        ]
        for kind in kinds:
            yield Refusal(
                f"spec.volumes[{volume.name}]",
                kind.replace("_", ""),
                "emptyDir, configMap, secret, projected, downwardAPI or a static EFS claim",
            )


def is_waiting_for_a_node(pod: Pod) -> bool:
    """Whether the pod is Pending and has no node yet."""
    return pod.status.phase == "Pending" and not pod.node


class Stuck(msgspec.Struct, frozen=True):
    """Why a pod has no node, in the scheduler's own words."""

    source: str
    """`status.conditions[PodScheduled]` or `event FailedScheduling`."""
    message: str


def why_unscheduled(index: Index, pod: Pod) -> Stuck | None:
    """The scheduler's reason; None where it has not spoken (the pod may be a second old).

    Raises NotReadError where the pod itself does not tell and events may not be read.
    """
    if not is_waiting_for_a_node(pod):
        return None
    condition = pod.condition("PodScheduled")
    if condition is not None and condition.status == "False" and condition.message:
        return Stuck("status.conditions[PodScheduled].message", condition.message)
    about = [
        event
        for event in index.all(EVENTS, pod.namespace)
        if event.reason == "FailedScheduling"
        and event.involved_object is not None
        and event.involved_object.uid == pod.metadata.uid
    ]
    if not about:
        return None
    last = max(about, key=lambda event: event.last_timestamp or event.event_time or "")
    return Stuck("event FailedScheduling", last.message or "")
