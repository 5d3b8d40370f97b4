"""The namespace and the workloads that a user names: what is not there is told, never passed over."""

from __future__ import annotations

from collections.abc import Iterable

from kubectl_ddfargate.cluster.gateway import Gateway
from kubectl_ddfargate.errors import ApiError, NotFoundError, UsageError
from kubectl_ddfargate.facts.fargate import Workload, fargate_workloads
from kubectl_ddfargate.facts.index import Index, NotReadError
from kubectl_ddfargate.facts.workloads import WorkloadRef
from kubectl_ddfargate.model.kinds import BY_KIND, NAMESPACES
from kubectl_ddfargate.model.kube.meta import Object
from kubectl_ddfargate.resolve.named_target import nearest, parse_target, ref_named, written

_LIST = "kubectl ddfargate doctor lists the workloads on Fargate"


def workloads_on_fargate(index: Index) -> tuple[Workload, ...]:
    """All that run on Fargate. Raises UsageError where the pods could not be read: then there is no answer."""
    try:
        return fargate_workloads(index)
    except NotReadError as error:
        raise UsageError(
            f"the pods could not be read, so there is no answer: you may not {error}",
            hint="ask for that right, or name a namespace with -n",
        ) from error


def refuse_unknown_namespace(gateway: Gateway, index: Index, namespace: str) -> None:
    """Raise UsageError where it is known that there is no such namespace."""
    try:
        known = sorted(one.name for one in index.all(NAMESPACES))
    except NotReadError:
        known = []
    if namespace in known:
        return
    # Also where all were listed: it may be a moment old.
    if _is_missing(gateway, NAMESPACES.path(None, namespace)):
        raise UsageError(
            f"there is no namespace {namespace}{nearest(namespace, known)}",
            hint="kubectl get namespaces lists them",
        )


def named(
    gateway: Gateway, index: Index, workloads: Iterable[Workload], targets: Iterable[str], *, within: str | None
) -> list[Workload]:
    """The workloads that `targets` name (`NAMESPACE/KIND/NAME`), each once.

    Raises UsageError for what is no target, is not there, has no pods on Fargate, or lies outside of `within`, the
    namespace that is looked at.
    """
    known = {_key(workload.ref): workload for workload in workloads}
    chosen = {}
    for target in targets:
        try:
            ref = ref_named(parse_target(target))
        except ValueError as error:
            raise UsageError(
                str(error), hint="write NAMESPACE/KIND/NAME: kube-system/deployment/coredns"
            ) from error
        if within and ref.namespace != within:
            raise UsageError(f"{target} is not in the namespace {within} of -n", hint="leave one of the two out")
        if _key(ref) not in known:
            _refuse(gateway, index, target, ref, known.values())
        chosen[_key(ref)] = known[_key(ref)]
    return list(chosen.values())


def _refuse(gateway: Gateway, index: Index, target: str, ref: WorkloadRef, known: Iterable[Workload]) -> None:
    refuse_unknown_namespace(gateway, index, ref.namespace)
    meant = nearest(target, (written(one.ref) for one in known))
    kind = BY_KIND.get(ref.kind)
    if kind is not None and _is_missing(gateway, kind.path(ref.namespace, ref.name)):
        raise UsageError(f"there is no {ref.resource} in namespace {ref.namespace}{meant}", hint=_LIST)
    raise UsageError(f"{target} has no pods on Fargate{meant}", hint=_LIST)


def _is_missing(gateway: Gateway, path: str) -> bool:
    """Whether the server says so; what it does not tell is not known to be missing."""
    try:
        gateway.get(path, Object)
    except NotFoundError:
        return True
    except ApiError:
        return False
    return False


def _key(ref: WorkloadRef) -> tuple[str, str, str]:
    return ref.namespace, ref.kind.lower(), ref.name
