"""Rolls workloads whose pods are outdated: one at a time, CoreDNS last, never past one that does not come up."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from kubectl_ddfargate.cluster import rollout
from kubectl_ddfargate.cluster.gateway import Gateway
from kubectl_ddfargate.cluster.rollout_progress import least_available
from kubectl_ddfargate.commands.out_of_force import gone
from kubectl_ddfargate.errors import DdfargateError, NotFoundError
from kubectl_ddfargate.facts.outdated import Outdated, Reason

DNS_SETTLE = 20
"""Seconds for which a new CoreDNS pod must have been Ready before an old one goes: an agent that falls just after
its start would else take the cluster's name service with it."""

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Stopped:
    """The workload at which it stopped."""

    outdated: Outdated
    message: str
    """Why it did not come up; cleaned."""
    undone: bool = False
    """It runs again as before."""


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


@dataclass(frozen=True, kw_only=True)
class _How:
    deadline: float
    tell: Tell
    progress: Tell
    on_failure: Callable[[Outdated], None] | None
    kubectl_flags: str
    dns_settle: int


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
    for one in by_hand:
        tell(f"{one.address}: left to you: {one.by_hand}")
    how = _How(
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
        stopped = _roll(gateway, one, how)
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


def _roll(gateway: Gateway, one: Outdated, how: _How) -> Stopped | None:
    how.progress(f"{one.address}: restarting")
    try:
        restarted = rollout.restart(gateway, one.ref, settle=how.dns_settle if one.is_dns else 0)
    except NotFoundError:
        how.tell(f"{one.address} is gone")
        return None
    except DdfargateError as error:
        return _stopped(one, error.message, how, undone=False)
    wait = partial(rollout.wait, gateway, one.ref, deadline=how.deadline, progress=how.progress)
    try:
        came = wait(restarted=restarted, wants_agent=one.reason is not Reason.LEFT_OVER)
    except NotFoundError:
        how.tell(f"{one.address} is gone")
        return None
    except KeyboardInterrupt:
        how.tell(f"{one.address}: its rollout goes on by itself{_raised(restarted, how)}")
        raise
    if came.ok:
        rollout.put_back(gateway, restarted)
        how.tell(f"{one.address} restarted")
        return None
    how.tell(f"{one.address} did not come up: {came.message}")
    if how.on_failure is None:
        # What was raised stays: as long as the bad pods are there it keeps the good ones.
        undo = _kubectl(how.kubectl_flags, f"rollout undo {one.ref.resource} -n {one.ref.namespace}")
        how.tell(f"next: cure what injects it, then {undo}{_raised(restarted, how)}")
        return Stopped(one, came.message)
    how.on_failure(one)
    # A pod that is made before the change is in force would get the bad agent again.
    gone(gateway, [one.ref])
    rollout.undo(gateway, restarted)
    back = wait()
    how.tell(
        f"{one.address} runs again as before"
        if back.ok
        else f"{one.address} was set back and is not whole yet: {back.message}"
    )
    return Stopped(one, came.message, undone=back.ok)


def _stopped(one: Outdated, message: str, how: _How, *, undone: bool) -> Stopped:
    how.tell(f"{one.address} was not restarted: {message}")
    return Stopped(one, message, undone)


def _risk(gateway: Gateway, one: Outdated, kubectl_flags: str) -> str:
    """Why a restart could leave the cluster without name service; empty where it could not."""
    if not one.is_dns:
        return ""
    now = rollout.read(gateway, one.ref)
    if now.status.ready_replicas == 0 or least_available(now) >= 1:
        return ""
    scale = _kubectl(kubectl_flags, f"scale {one.ref.resource} -n {one.ref.namespace} --replicas=2")
    return (
        f"with {now.replicas} replica(s) its strategy allows that no CoreDNS pod is Ready for a moment;"
        f" next: {scale} (an EKS add-on: replicaCount in its configuration)"
    )


def _raised(restarted: rollout.Restarted, how: _How) -> str:
    """How to put back what we raised, where it stays for now."""
    if restarted.settle is None:
        return ""
    ref, former = restarted.ref, "null" if restarted.former_settle is None else restarted.former_settle
    patch = f'{{"spec":{{"minReadySeconds":{former}}}}}'
    command = _kubectl(how.kubectl_flags, f"patch {ref.resource} -n {ref.namespace} -p '{patch}'")
    return f"; minReadySeconds is raised until then, to put it back: {command}"


def _kubectl(flags: str, words: str) -> str:
    return " ".join(filter(None, ("kubectl", flags, words)))
