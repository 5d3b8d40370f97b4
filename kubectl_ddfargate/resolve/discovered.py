"""Finds the engines of this cluster by its facts."""

from __future__ import annotations

from collections.abc import Sequence

from kubectl_ddfargate.facts.cluster_agent import ClusterAgent
from kubectl_ddfargate.facts.datadog_agent import datadog_injection
from kubectl_ddfargate.facts.fargate import fargate_workloads
from kubectl_ddfargate.facts.foreign_policies import foreign_injectors, own_policies
from kubectl_ddfargate.facts.index import Index, NotReadError
from kubectl_ddfargate.facts.kyverno import kyverno
from kubectl_ddfargate.model.design import DatadogOwner, TargetWorkload
from kubectl_ddfargate.model.kinds import BINDINGS, POLICIES
from kubectl_ddfargate.model.snapshot import Unread
from kubectl_ddfargate.resolve.desk import Desk
from kubectl_ddfargate.resolve.engines import Engines, KyvernoEngine, Present, carried_out


def discovered_engines(desk: Desk, agent: ClusterAgent | None) -> Engines | None:
    """What could inject; None, with a note, where that may not be read."""
    return desk.ask("what could inject", lambda: _engines(desk.index, agent))


def already_injecting(desk: Desk, targets: Sequence[TargetWorkload]) -> tuple[Present, ...] | None:
    """What injects into the targets today, ours included; None, with a note, where that may not be read."""
    return desk.ask("what injects already", lambda: _present(desk.index, targets))


def _engines(index: Index, agent: ClusterAgent | None) -> Engines:
    datadog, unread = None, ""
    try:
        datadog = _datadog(index, agent)
    except NotReadError as error:
        # Only Datadog's own injection needs it: whether that is wanted is settled later.
        unread = str(error)
    return Engines(native=_native(index), kyverno=_kyverno(index), datadog=datadog, datadog_unread=unread)


def _native(index: Index) -> str | None:
    if index.snapshot.groups is None:
        raise NotReadError(Unread(resource="/apis", verb="get", reason="discovery was refused"))
    served = index.snapshot.served(POLICIES) and index.snapshot.served(BINDINGS)
    return POLICIES.api_version if served else None


def _kyverno(index: Index) -> KyvernoEngine | None:
    found = kyverno(index)
    if found is None:
        return None
    return KyvernoEngine(found.namespace, carried_out(found.serves, found.version), found.why or "", found.gone)


def _datadog(index: Index, agent: ClusterAgent | None) -> DatadogOwner | None:
    """Who settles the cluster agent's settings: the DatadogAgent, or the Helm release."""
    found = datadog_injection(index, agent) if agent is not None else None
    if found is None:
        return None
    return DatadogOwner(found.installed_by, found.namespace, found.name, found.by_label)


def _present(index: Index, targets: Sequence[TargetWorkload]) -> tuple[Present, ...]:
    wanted = {(target.namespace, target.kind, target.name) for target in targets}
    refs = [
        one.ref for one in fargate_workloads(index) if (one.ref.namespace, one.ref.kind, one.ref.name) in wanted
    ]
    ours = tuple(Present(ref.kind, ref.name, ours=True) for ref in own_policies(index))
    return ours + tuple(Present(one.ref.kind, one.ref.name) for one in foreign_injectors(index, refs))
