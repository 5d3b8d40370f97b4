"""Looks a cluster over for workloads whose pods are outdated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kubectl_ddfargate import __version__
from kubectl_ddfargate.cluster.collect import Wanted, collect
from kubectl_ddfargate.cluster.gateway import Gateway
from kubectl_ddfargate.errors import UsageError
from kubectl_ddfargate.facts.fargate import Workload, fargate_workloads
from kubectl_ddfargate.facts.index import Index, NotReadError
from kubectl_ddfargate.facts.outdated import Outdated, needs_restart, unproved
from kubectl_ddfargate.facts.workloads import WorkloadRef
from kubectl_ddfargate.model.restarts import NotJudged, PlannedRestart, RestartPlan


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Which workloads are looked at."""

    targets: tuple[str, ...] = ()
    """`NAMESPACE/KIND/NAME`; all where empty."""
    namespace: str | None = None
    selector: str | None = None
    kubectl_flags: str = ""


@dataclass(frozen=True, kw_only=True)
class Found:
    """What is outdated, and the same for a reader."""

    outdated: tuple[Outdated, ...]
    plan: RestartPlan
    kubectl_flags: str


def find_outdated(gateway: Gateway, scope: Scope, *, progress: Callable[[str], None] | None = None) -> Found:
    """Read the cluster, and let the server make a new pod of every workload by dry-run.

    Raises UsageError for a target that is not there.
    """
    wanted = Wanted(
        namespace=scope.namespace,
        selector=scope.selector,
        prove_all=True,
        kubectl_flags=scope.kubectl_flags,
        tool_version=__version__,
    )
    index = Index(collect(gateway, wanted, progress))
    try:
        workloads = _chosen(fargate_workloads(index), scope.targets)
    except NotReadError as error:
        raise UsageError(
            f"the pods could not be read, so there is no answer: you may not {error}",
            hint="ask for that right, or name a namespace with -n",
        ) from error
    outdated = needs_restart(index, workloads)
    planned = [(one, _planned(one)) for one in outdated]
    plan = RestartPlan(
        context=gateway.context,
        server=gateway.server,
        looked_at=len(workloads),
        restarts=tuple(entry for one, entry in planned if not one.by_hand),
        by_hand=tuple(entry for one, entry in planned if one.by_hand),
        not_judged=tuple(
            NotJudged(namespace=one.ref.namespace, kind=one.ref.kind, name=one.ref.name, reason=one.reason)
            for one in unproved(index, workloads)
        ),
    )
    return Found(outdated=outdated, plan=plan, kubectl_flags=index.snapshot.kubectl_flags)


def _chosen(workloads: tuple[Workload, ...], targets: tuple[str, ...]) -> list[Workload]:
    if not targets:
        return list(workloads)
    known = {_key(workload.ref): workload for workload in workloads}
    chosen = {}
    for target in targets:
        namespace, _, rest = target.partition("/")
        kind, _, name = rest.partition("/")
        if not name or "/" in name:
            raise UsageError(
                f"{target} is no target", hint="write NAMESPACE/KIND/NAME: kube-system/deployment/coredns"
            )
        key = (namespace, kind.lower(), name)
        if key not in known:
            raise UsageError(
                f"{target} has no pods on Fargate", hint="kubectl ddfargate doctor lists the workloads on Fargate"
            )
        chosen[key] = known[key]
    return list(chosen.values())


def _key(ref: WorkloadRef) -> tuple[str, str, str]:
    return ref.namespace, ref.kind.lower(), ref.name


def _planned(one: Outdated) -> PlannedRestart:
    return PlannedRestart(
        namespace=one.ref.namespace,
        kind=one.ref.kind,
        name=one.ref.name,
        pods=len(one.pods),
        why=one.why,
        by_hand=one.by_hand,
    )
