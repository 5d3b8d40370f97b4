"""Looks a cluster over for workloads whose pods are outdated."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from kubectl_ddfargate import __version__
from kubectl_ddfargate.cluster.collect import Wanted, collect
from kubectl_ddfargate.cluster.gateway import Gateway
from kubectl_ddfargate.commands.named_workloads import named, refuse_unknown_namespace, workloads_on_fargate
from kubectl_ddfargate.commands.raised import Raised, find_raised
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.facts.outdated import Outdated, needs_restart, unproved
from kubectl_ddfargate.model.restarts import NotJudged, PlannedRestart, RestartPlan


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """Which workloads are looked at."""

    targets: tuple[str, ...] = ()
    """`NAMESPACE/KIND/NAME`; all where empty."""
    namespace: str | None = None
    selector: str | None = None
    kubectl_flags: str = ""


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What is outdated, and the same for a reader."""

    outdated: tuple[Outdated, ...]
    plan: RestartPlan
    raised: tuple[Raised, ...]
    """Whose `minReadySeconds` a run that was killed left raised."""
    kubectl_flags: str


def find_outdated(gateway: Gateway, scope: Scope, *, progress: Callable[[str], None] | None = None) -> Found:
    """Read the cluster, and let the server make a new pod of every workload by dry-run.

    Raises UsageError for a namespace or a target that is not there.
    """
    wanted = Wanted(
        namespace=scope.namespace,
        selector=scope.selector,
        prove_all=True,
        kubectl_flags=scope.kubectl_flags,
        tool_version=__version__,
    )
    index = Index(collect(gateway, wanted, progress))
    if scope.namespace:
        refuse_unknown_namespace(gateway, index, scope.namespace)
    workloads = workloads_on_fargate(index)
    if scope.targets:
        workloads = tuple(named(gateway, index, workloads, scope.targets, within=scope.namespace))
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
    return Found(
        outdated=outdated,
        plan=plan,
        raised=find_raised(gateway, workloads, outdated),
        kubectl_flags=index.snapshot.kubectl_flags,
    )


def _planned(one: Outdated) -> PlannedRestart:
    return PlannedRestart(
        namespace=one.ref.namespace,
        kind=one.ref.kind,
        name=one.ref.name,
        pods=len(one.pods),
        why=one.why,
        by_hand=one.by_hand,
    )
