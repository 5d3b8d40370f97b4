"""What the agent requests by the policy of ours that is there: a later install without amounts keeps it.

A Snapshot holds no values of a policy's text; what the server's dry-run makes of a target's template holds them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from kubectl_ddfargate.facts.foreign_policies import foreign_injectors, own_policies
from kubectl_ddfargate.facts.index import Index, NotProvedError, NotReadError
from kubectl_ddfargate.facts.injection import spec_today
from kubectl_ddfargate.facts.workloads import WorkloadRef
from kubectl_ddfargate.model.design import CONTAINER, POLICY, TargetWorkload


class KeptAmounts(msgspec.Struct, frozen=True):
    """Requests and limits of the agent as it is injected today."""

    requests: Mapping[str, str]
    """`{"cpu": "100m"}`; `limits` likewise."""
    limits: Mapping[str, str]
    source: str
    """`mutatingadmissionpolicy/ddfargate-agent-sidecar`."""


def kept_amounts(index: Index, targets: Iterable[TargetWorkload]) -> KeptAmounts | None:
    """Those of our policy; None where there is none, or where nothing shows what it gives.

    One target is enough: the policy gives all of them the same.
    """
    try:
        own = next((one for one in own_policies(index) if one.name == POLICY), None)
    except NotReadError:
        return None
    if own is None:
        return None
    source = f"{own.kind.lower()}/{own.name}"
    for target in targets:
        found = _injected(index, WorkloadRef(target.namespace, target.kind, target.name), source)
        if found is not None:
            return found
    return None


def _injected(index: Index, ref: WorkloadRef, source: str) -> KeptAmounts | None:
    try:
        if foreign_injectors(index, [ref]):
            return None  # the agent may be theirs
        containers = spec_today(index, ref).all_containers()
    except (NotReadError, NotProvedError):
        return None
    agent = next((one for one in containers if one.name == CONTAINER), None)
    if agent is None or agent.resources is None:
        return None
    return KeptAmounts(_texts(agent.resources.requests), _texts(agent.resources.limits), source)


def _texts(amounts: Mapping[str, str | int | float] | None) -> dict[str, str]:
    return {name: str(amount) for name, amount in (amounts or {}).items()}
