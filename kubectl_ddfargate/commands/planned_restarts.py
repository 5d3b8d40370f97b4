"""What a run with --restart would roll, said in its plan: exactly that is agreed to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import msgspec

from kubectl_ddfargate.cluster.gateway import Gateway
from kubectl_ddfargate.facts.by_hand import by_hand
from kubectl_ddfargate.facts.dns import is_cluster_dns
from kubectl_ddfargate.facts.fargate import Workload, fargate_workloads
from kubectl_ddfargate.facts.index import Index, NotReadError
from kubectl_ddfargate.facts.workloads import WorkloadRef
from kubectl_ddfargate.model.design import Design, TargetWorkload
from kubectl_ddfargate.model.plan import Note, NoteLevel

if TYPE_CHECKING:
    from kubectl_ddfargate.commands.raised import Raised


class PlannedRestarts(msgspec.Struct, frozen=True, kw_only=True):
    """What is rolled, put back, and left to the user."""

    rolled: tuple[WorkloadRef, ...] = ()
    """In the order of a restart: CoreDNS last."""
    raised: tuple[Raised, ...] = ()
    """Whose `minReadySeconds` a run that was killed left raised."""
    left: tuple[tuple[WorkloadRef, str], ...] = ()
    """What no rollout replaces, and what its user must do."""

    @property
    def refs(self) -> tuple[WorkloadRef, ...]:
        """All that is written to."""
        return tuple(dict.fromkeys((*self.rolled, *(one.ref for one in self.raised))))

    def include(self, refs: Iterable[WorkloadRef]) -> bool:
        """Whether the plan said of all of these that they are written to."""
        return {_key(ref) for ref in refs} <= {_key(ref) for ref in self.refs}

    def notes(self) -> Iterator[Note]:
        """What the plan says beside its list of restarts."""
        for one in self.raised:
            text = f"minReadySeconds, which a restart that was killed left raised, is put back: {one.told}"
            yield Note(level=NoteLevel.INFO, text=text)
        for ref, what_to_do in self.left:
            yield Note(level=NoteLevel.INFO, text=f"{ref.address} is left to you: {what_to_do}")


NO_RESTARTS = PlannedRestarts()


def planned_restarts(
    gateway: Gateway, index: Index, design: Design, *, injection_changes: bool, restart: bool
) -> PlannedRestarts:
    """What --restart would roll once the plan is carried out.

    `injection_changes`: the plan changes what is injected, so that the pods of all targets will be older. Else, and
    only with `restart`, it is what an earlier run did not get to.
    """
    if injection_changes:
        return _all(index, design)
    return _outdated(gateway, index, design) if restart else NO_RESTARTS


def workloads_of(index: Index, targets: Iterable[TargetWorkload]) -> list[Workload]:
    """The workloads on Fargate that are targets."""
    wanted = {_key(one) for one in targets}
    return [one for one in fargate_workloads(index) if _key(one.ref) in wanted]


def _all(index: Index, design: Design) -> PlannedRestarts:
    running = workloads_of(index, [one for one in design.targets if one.pods and not one.ends])
    ordered = sorted(running, key=lambda one: (is_cluster_dns(one, index), one.ref))
    told = [(one.ref, _left_to_user(index, one)) for one in ordered]
    return PlannedRestarts(
        rolled=tuple(ref for ref, what_to_do in told if not what_to_do),
        left=tuple((ref, what_to_do) for ref, what_to_do in told if what_to_do),
    )


def _outdated(gateway: Gateway, index: Index, design: Design) -> PlannedRestarts:
    # Only now: a plan without restarts needs neither.
    from kubectl_ddfargate.commands.raised import find_raised
    from kubectl_ddfargate.facts.outdated import needs_restart

    targets = workloads_of(index, design.targets)
    outdated = needs_restart(index, targets)
    return PlannedRestarts(
        rolled=tuple(one.ref for one in outdated if not one.by_hand),
        raised=find_raised(gateway, targets, outdated),
        left=tuple((one.ref, one.by_hand) for one in outdated if one.by_hand),
    )


def _left_to_user(index: Index, workload: Workload) -> str:
    try:
        return by_hand(index, workload.ref, workload.pods)
    except NotReadError:
        return ""


def _key(one: WorkloadRef | TargetWorkload) -> tuple[str, str, str]:
    """Without the API version, which a target has not."""
    return one.namespace, one.kind, one.name
