"""The namespace of a workload that was named without one: the current, else the only one that has it on Fargate."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from kubectl_ddfargate.cluster.gateway import Gateway
from kubectl_ddfargate.commands.names import fargate_pod_names, fargate_workload_names
from kubectl_ddfargate.errors import ApiError, NotFoundError, UsageError
from kubectl_ddfargate.facts.fargate import fargate_workloads, has_label
from kubectl_ddfargate.facts.index import Index, NotReadError
from kubectl_ddfargate.facts.workloads import WorkloadRef
from kubectl_ddfargate.model.kinds import BY_KIND, PODS
from kubectl_ddfargate.model.kube.meta import Object
from kubectl_ddfargate.model.nearest_name import nearest_path
from kubectl_ddfargate.model.settings import TargetSettings
from kubectl_ddfargate.resolve.named_target import full_kind, parse_target, ref_named, written

Tell = Callable[[str], None]


def placed_live(gateway: Gateway, target: str, flags: str, tell: Tell) -> WorkloadRef:
    """What `NAMESPACE/KIND/NAME` or `KIND/NAME` means. A namespace that is neither named nor current is told.

    `flags`: those of the connection, for the commands to choose from. Raises UsageError where several have it, or
    none has.
    """
    if target.count("/") != 1:
        return ref_named(parse_target(target))
    here = _in(gateway.namespace, target)
    kind = BY_KIND.get(here.kind)
    unseen = ""
    try:
        if kind is None:
            unseen = f"{here.kind} is no kind that is read"
        else:
            gateway.get(kind.path(here.namespace, here.name), Object)
            return here
    except NotFoundError:
        pass
    except ApiError as error:
        unseen = error.message
    not_told = f"whether it is in {here.namespace} could not be told ({unseen})" if unseen else ""
    try:
        names = fargate_pod_names(gateway) if here.kind == PODS.kind else fargate_workload_names(gateway)
        known = sorted(set(names))
    except ApiError as error:
        there = not_told or f"not in {here.namespace}"
        raise UsageError(
            f"in which namespace is {target}? {there}, and to look at the others: {error.message}",
            hint=f"say it: {target} -n NAMESPACE",
        ) from error
    if unseen and written(here) in known:
        return here
    return _only(known, here, target, tell, flags=flags, not_told=not_told)


def placed_in(index: Index, target: str, tell: Tell) -> WorkloadRef:
    """The same in a saved snapshot, which has no current namespace."""
    if target.count("/") != 1:
        return ref_named(parse_target(target))
    here = _in("default", target)
    try:
        known = _pods(index) if here.kind == PODS.kind else (written(one.ref) for one in fargate_workloads(index))
        return _only(sorted(set(known)), here, target, tell)
    except NotReadError as error:
        raise UsageError(f"the pods could not be read: {error}") from error


def _pods(index: Index) -> Iterator[str]:
    """By the mark that the live cluster is asked for: finished pods are among them."""
    return (written(WorkloadRef(pod.namespace, PODS.kind, pod.name)) for pod in index.all(PODS) if has_label(pod))


def _in(namespace: str, target: str) -> WorkloadRef:
    kind, _, name = target.partition("/")
    return ref_named(TargetSettings(namespace=namespace, kind=kind, name=name))


def _only(
    known: Iterable[str], here: WorkloadRef, target: str, tell: Tell, *, flags: str = "", not_told: str = ""
) -> WorkloadRef:
    """`not_told`: what could not be told of the current namespace; empty where it has none of the name."""
    known = list(known)
    wanted = f"{full_kind(here.kind).lower()}/{here.name}"
    places = [one.partition("/")[0] for one in known if one.partition("/")[2] == wanted]
    if len(places) == 1:
        taken = f"{wanted} is taken from namespace {places[0]}, the only one that has it on Fargate"
        tell("; ".join(filter(None, (taken, not_told))))
        return _in(places[0], target)
    if places:
        command = " ".join(filter(None, ("kubectl ddfargate doctor", flags, target)))
        raise UsageError(
            f"{target} runs on Fargate in {len(places)} namespaces: {', '.join(places)}",
            hint="one of\n" + "\n".join(f"    {command} -n {place}" for place in places),
        )
    near = nearest_path(wanted, sorted({one.partition("/")[2] for one in known}))
    # A pod off Fargate, or a workload without pods, may be in the current namespace all the same.
    unsure = f"; {not_told}" if not_told else ""
    raise UsageError(
        f"{target} has no pods on Fargate in any namespace{unsure}{f'; did you mean {near}?' if near else ''}",
        hint="kubectl ddfargate doctor lists the workloads on Fargate",
    )
