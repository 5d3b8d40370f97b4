"""Rolls workloads whose pods are outdated: one at a time, CoreDNS last, never past one that does not come up."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from kubectl_ddfargate.cluster import rollout
from kubectl_ddfargate.cluster.gateway import Gateway
from kubectl_ddfargate.cluster.rollout_progress import least_available
from kubectl_ddfargate.commands.raised import Raised, put_back
from kubectl_ddfargate.commands.rolling import How, Stopped, Tell, kubectl, roll, take_over
from kubectl_ddfargate.commands.write_options import DEFAULT_SETTLE
from kubectl_ddfargate.errors import ApiError, DdfargateError, NotFoundError
from kubectl_ddfargate.facts.outdated import Outdated
from kubectl_ddfargate.facts.workloads import WorkloadRef
from kubectl_ddfargate.model.kubectl_line import ddfargate_line


class RestartResult(msgspec.Struct, frozen=True):
    """What was rolled, and what was not."""

    done: tuple[Outdated, ...] = ()
    stopped: Stopped | None = None
    refused: tuple[tuple[Outdated, str], ...] = ()
    """What would be put at risk, and why."""
    left: tuple[Outdated, ...] = ()
    """Not reached."""
    by_hand: tuple[Outdated, ...] = ()
    """What no rollout replaces."""
    still_raised: tuple[WorkloadRef, ...] = ()
    """Whose `minReadySeconds` could not be put back."""

    @property
    def ok(self) -> bool:
        """Whether everything that a rollout can do is done."""
        return self.stopped is None and not self.refused and not self.still_raised


def restart_workloads(
    gateway: Gateway,
    outdated: Iterable[Outdated],
    *,
    deadline_each: float,
    tell: Tell,
    raised: Iterable[Raised] = (),
    progress: Tell = lambda text: None,  # noqa: ARG005
    on_failure: Callable[[WorkloadRef], None] | None = None,
    kubectl_flags: str = "",
    dns_settle: int = DEFAULT_SETTLE,
) -> RestartResult:
    """Roll one after the other; stop at the first that does not come up within `deadline_each` seconds.

    Without `on_failure` it then says how to undo. With it, it is called (to stop what injects there), the template
    is set back, and the workload is waited for once more.

    `raised`: what a killed run left. It is put back first; a rollout which that run began is brought to its end as
    one of this run. `dns_settle`: an agent that falls just after its start would else take the cluster's name
    service with it.
    """
    ordered = sorted(outdated, key=lambda one: (one.is_dns, one.ref))
    by_hand = tuple(one for one in ordered if one.by_hand)
    todo = [one for one in ordered if not one.by_hand]
    raised = tuple(raised)
    still = tuple(one.ref for one in raised if not one.under_way and not put_back(gateway, one.ref, tell))
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

    def result(stopped: Stopped | None = None, left: tuple[Outdated, ...] = ()) -> RestartResult:
        for other in left:
            tell(f"{other.address}: not restarted")
        return RestartResult(tuple(done), stopped, tuple(refused), left, by_hand, still)

    for running in (one for one in raised if one.under_way):
        stopped = take_over(gateway, running.ref, how)
        if stopped is not None:
            return result(stopped, tuple(todo))
    for place, one in enumerate(todo):
        try:
            why_not = _risk(gateway, one, kubectl_flags)
        except NotFoundError:
            tell(f"{one.address} is gone")
            continue
        except DdfargateError as error:
            why_not = f"whether it is safe is not known: {_told(error)}"
        if why_not:
            tell(f"{one.address}: not restarted: {why_not}")
            refused.append((one, why_not))
            continue
        stopped = roll(gateway, one, how)
        if stopped is not None:
            return result(stopped, tuple(todo[place + 1 :]))
        done.append(one)
    return result()


def tell_next(result: RestartResult, kubectl_flags: str, tell: Tell) -> None:
    """What shows whether it helped, where something was rolled. Where it stopped the way on is told already."""
    if result.done and result.stopped is None:
        tell(f"next: {ddfargate_line(kubectl_flags, 'doctor')}")


def check_restart(
    gateway: Gateway,
    outdated: Iterable[Outdated],
    *,
    tell: Tell,
    raised: Iterable[Raised] = (),
    kubectl_flags: str = "",
) -> bool:
    """Send every restart as a dry-run of the server. Whether all would be taken."""
    good = True
    for left in raised:
        try:
            if rollout.put_back_leftover(gateway, left.ref, dry_run=True):
                tell(f"{left.ref.address}: minReadySeconds would be put back (server dry run)")
        except NotFoundError:
            tell(f"{left.ref.address} is gone")
        except ApiError as error:
            tell(f"{left.ref.address}: minReadySeconds would not be put back: {_told(error)}")
            good = False
    for one in outdated:
        if one.by_hand:
            continue
        try:
            why_not = _risk(gateway, one, kubectl_flags)
            if not why_not:
                rollout.restart(gateway, one.ref, dry_run=True)
        except NotFoundError:
            tell(f"{one.address} is gone")
            continue
        except ApiError as error:
            why_not = _told(error)
        if why_not:
            tell(f"{one.address}: would not be restarted: {why_not}")
            good = False
        else:
            tell(f"{one.address} would be restarted (server dry run)")
    return good


def _told(error: DdfargateError) -> str:
    return f"{error.message}; next: {error.hint}" if error.hint else error.message


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
