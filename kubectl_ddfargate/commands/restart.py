"""Rolls workloads whose pods are outdated: one at a time, CoreDNS last, never past one that does not come up."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from kubectl_ddfargate.cluster import rollout
from kubectl_ddfargate.cluster.gateway import Gateway
from kubectl_ddfargate.cluster.rollout_progress import least_available
from kubectl_ddfargate.commands.rolling import How, Stopped, Tell, kubectl, roll
from kubectl_ddfargate.errors import ApiError
from kubectl_ddfargate.facts.outdated import Outdated
from kubectl_ddfargate.facts.workloads import WorkloadRef
from kubectl_ddfargate.model.kinds import DEPLOYMENTS, STATEFUL_SETS

DNS_SETTLE = 20
"""Seconds for which a new CoreDNS pod must have been Ready before an old one goes: an agent that falls just after
its start would else take the cluster's name service with it."""

_ROLLED = (DEPLOYMENTS.kind, STATEFUL_SETS.kind)


@dataclass(frozen=True)
class RestartResult:
    """What was rolled, and what was not."""

    done: tuple[Outdated, ...] = ()
    stopped: Stopped | None = None
    refused: tuple[tuple[Outdated, str], ...] = ()
    """What would be put at risk, and why."""
    left: tuple[Outdated, ...] = ()
    """Not reached."""
    by_hand: tuple[Outdated, ...] = ()
    """What no rollout replaces."""

    @property
    def ok(self) -> bool:
        """Whether everything that a rollout can do is done."""
        return self.stopped is None and not self.refused


def restart_workloads(
    gateway: Gateway,
    outdated: Iterable[Outdated],
    *,
    deadline_each: float,
    tell: Tell,
    progress: Tell = lambda text: None,  # noqa: ARG005
    on_failure: Callable[[Outdated], None] | None = None,
    kubectl_flags: str = "",
    dns_settle: int = DNS_SETTLE,
) -> RestartResult:
    """Roll one after the other; stop at the first that does not come up within `deadline_each` seconds.

    Without `on_failure` it then says how to undo. With it, it is called (to stop what injects there), the template
    is set back, and the workload is waited for once more.
    """
    ordered = sorted(outdated, key=lambda one: (one.is_dns, one.ref))
    by_hand = tuple(one for one in ordered if one.by_hand)
    todo = [one for one in ordered if not one.by_hand]
    for ref in leftovers(gateway, (one.ref for one in ordered)):
        if rollout.put_back_leftover(gateway, ref):
            tell(f"{ref.address}: minReadySeconds put back, a former restart had left it raised")
    for one in by_hand:
        tell(f"{one.address}: left to you: {one.by_hand}")
    how = How(
        deadline=deadline_each,
        tell=tell,
        progress=progress,
        on_failure=on_failure,
        kubectl_flags=kubectl_flags,
        dns_settle=dns_settle,
    )
    done: list[Outdated] = []
    refused: list[tuple[Outdated, str]] = []
    for place, one in enumerate(todo):
        why_not = _risk(gateway, one, kubectl_flags)
        if why_not:
            tell(f"{one.address}: not restarted: {why_not}")
            refused.append((one, why_not))
            continue
        stopped = roll(gateway, one, how)
        if stopped is not None:
            left = tuple(todo[place + 1 :])
            for other in left:
                tell(f"{other.address}: not restarted")
            return RestartResult(tuple(done), stopped, tuple(refused), left, by_hand)
        done.append(one)
    return RestartResult(tuple(done), None, tuple(refused), (), by_hand)


def check_restart(gateway: Gateway, outdated: Iterable[Outdated], *, tell: Tell, kubectl_flags: str = "") -> bool:
    """Send every restart as a dry-run of the server. Whether all would be taken."""
    good = True
    for one in outdated:
        if one.by_hand:
            continue
        why_not = _risk(gateway, one, kubectl_flags)
        if why_not:
            tell(f"{one.address}: would not be restarted: {why_not}")
            good = False
        else:
            rollout.restart(gateway, one.ref, dry_run=True)
            tell(f"{one.address} would be restarted (server dry run)")
    return good


def leftovers(gateway: Gateway, refs: Iterable[WorkloadRef]) -> tuple[WorkloadRef, ...]:
    """Those whose `minReadySeconds` a run that was killed left raised, and that are not rolling any more.

    `rollout.put_back_leftover` puts them back. What may not be read is not among them.
    """

    def is_one(ref: WorkloadRef) -> bool:
        try:
            return rollout.is_leftover(gateway, ref)
        except ApiError:
            return False

    return tuple(ref for ref in refs if ref.kind in _ROLLED and is_one(ref))


def _risk(gateway: Gateway, one: Outdated, kubectl_flags: str) -> str:
    """Why a restart could leave the cluster without name service; empty where it could not."""
    if not one.is_dns:
        return ""
    now = rollout.read(gateway, one.ref)
    if now.status.ready_replicas == 0 or least_available(now) >= 1:
        return ""
    scale = kubectl(kubectl_flags, f"scale {one.ref.resource} -n {one.ref.namespace} --replicas=2")
    return (
        f"with {now.replicas} replica(s) its strategy allows that no CoreDNS pod is Ready for a moment;"
        f" next: {scale} (an EKS add-on: replicaCount in its configuration)"
    )
