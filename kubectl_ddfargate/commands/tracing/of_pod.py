"""A pod that was named instead of its workload: what made it is followed, for that is what a user edits."""

from __future__ import annotations

from collections.abc import Callable

from kubectl_ddfargate.cluster.gateway import Gateway
from kubectl_ddfargate.errors import ApiError, UsageError
from kubectl_ddfargate.facts.fargate import has_label, has_scheduler
from kubectl_ddfargate.facts.index import Index, NotReadError
from kubectl_ddfargate.facts.workloads import WorkloadRef, owner_of
from kubectl_ddfargate.model.kinds import JOBS, PODS, REPLICA_SETS
from kubectl_ddfargate.model.kube.meta import Object
from kubectl_ddfargate.model.kube.pods import Pod
from kubectl_ddfargate.model.snapshot import Snapshot, Unread

Tell = Callable[[str], None]
_BETWEEN = {kind.kind: kind for kind in (REPLICA_SETS, JOBS)}
"""What stands between a pod and its workload."""


def followed_live(gateway: Gateway, ref: WorkloadRef, tell: Tell) -> WorkloadRef:
    """What is followed where this was named. Raises UsageError for a pod that is not on Fargate."""
    if ref.kind != PODS.kind:
        return ref
    try:
        pod = gateway.get(PODS.path(ref.namespace, ref.name), Pod)
    except ApiError:
        return ref  # that it is not there, or may not be read, is told of every workload alike
    return _made_by(_around(gateway, pod), pod, tell)


def followed_in(index: Index, ref: WorkloadRef, tell: Tell) -> WorkloadRef:
    """The same in a saved snapshot."""
    try:
        pod = index.get(PODS, ref.namespace, ref.name) if ref.kind == PODS.kind else None
    except NotReadError:
        return ref
    return ref if pod is None else _made_by(index, pod, tell)


def _around(gateway: Gateway, pod: Pod) -> Index:
    """The pod and what owns it, as far as it may be read."""
    objects: dict[str, list[Object]] = {PODS.key: [pod]}
    unread: list[Unread] = []
    owner = pod.metadata.owner()
    kind = _BETWEEN.get(owner.kind or "") if owner is not None else None
    if owner is not None and kind is not None and owner.name:
        try:
            objects[kind.key] = [gateway.get(kind.path(pod.namespace, owner.name), kind.record)]
        except ApiError as error:
            unread.append(
                Unread(
                    resource=kind.plural, verb="get", namespace=pod.namespace, name=owner.name, reason=error.reason
                )
            )
    return Index(Snapshot(objects=objects, unread=unread))


def _made_by(index: Index, pod: Pod, tell: Tell) -> WorkloadRef:
    here = WorkloadRef(pod.namespace, PODS.kind, pod.name)
    owner = owner_of(index, pod)
    owned = (owner.namespace, owner.kind, owner.name) != (here.namespace, here.kind, here.name)
    if not (has_label(pod) and has_scheduler(pod)):
        where = f"it runs on node {pod.node}" if pod.node else "it has no node yet, and not both marks of Fargate"
        raise UsageError(
            f"{here.address} is not on Fargate: {where}" + (f"; it belongs to {owner.address}" if owned else ""),
            hint="kubectl ddfargate doctor lists the workloads on Fargate",
        )
    if not owned:
        return here
    tell(f"{here.address} belongs to {owner.address}: that is what is looked at")
    return owner
