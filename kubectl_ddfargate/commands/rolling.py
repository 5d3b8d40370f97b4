"""Rolls one workload, and brings it back where it does not come up."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import msgspec

from kubectl_ddfargate.cluster import rollout
from kubectl_ddfargate.cluster.gateway import Gateway
from kubectl_ddfargate.cluster.rollout_records import FORMER_SETTLE
from kubectl_ddfargate.commands.out_of_force import gone
from kubectl_ddfargate.errors import DdfargateError, NotFoundError
from kubectl_ddfargate.facts.outdated import Outdated, Reason
from kubectl_ddfargate.facts.workloads import WorkloadRef
from kubectl_ddfargate.model.kubectl_line import ddfargate_line

Tell = Callable[[str], None]
_Wait = Callable[..., rollout.Outcome]


class Stopped(msgspec.Struct, frozen=True):
    """The workload at which it stopped."""

    ref: WorkloadRef
    message: str
    """Why it did not come up; cleaned."""
    undone: bool = False
    """It runs again as before."""


class How(msgspec.Struct, frozen=True, kw_only=True):
    """How workloads are rolled; see `restart_workloads`."""

    deadline: float
    tell: Tell
    progress: Tell
    on_failure: Callable[[WorkloadRef], None] | None
    kubectl_flags: str
    dns_settle: int


def roll(gateway: Gateway, one: Outdated, how: How) -> Stopped | None:
    """Roll a workload and wait for it. None where it came up, or is gone."""
    how.progress(f"{one.address}: restarting")
    try:
        restarted = rollout.restart(gateway, one.ref, settle=how.dns_settle if one.is_dns else 0)
    except NotFoundError:
        how.tell(f"{one.address} is gone")
        return None
    except DdfargateError as error:
        how.tell(f"{one.address} was not restarted: {error.message}")
        return Stopped(one.ref, error.message)
    if one.is_dns and restarted.settles < how.dns_settle:
        how.tell(
            f"{one.address}: a new pod settles for {restarted.settles} s, not {how.dns_settle} s: its"
            " progressDeadlineSeconds allows no more; next, for longer: raise that, and restart again"
        )
    return _followed(gateway, restarted, how, wants_agent=one.reason is not Reason.LEFT_OVER)


def take_over(gateway: Gateway, ref: WorkloadRef, how: How) -> Stopped | None:
    """Follow a rollout that a killed run of ours set going, as if it were this one's."""
    try:
        restarted = rollout.taken_over(gateway, ref)
    except NotFoundError:
        how.tell(f"{ref.address} is gone")
        return None
    except DdfargateError as error:
        how.tell(f"{ref.address}: its rollout could not be taken over: {error.message}")
        return Stopped(ref, error.message)
    if restarted is None:  # another run has ended it meanwhile
        return None
    how.progress(f"{ref.address}: a rollout that a killed run began is under way")
    # Whether that run was to bring agents or to free pods of them is not known any more.
    return _followed(gateway, restarted, how, wants_agent=False)


def _followed(gateway: Gateway, restarted: rollout.Restarted, how: How, *, wants_agent: bool) -> Stopped | None:
    """Wait for a rollout to its end, good or bad. None where it came up, or the workload is gone."""
    ref = restarted.ref
    wait = partial(rollout.wait, gateway, ref, deadline=how.deadline, progress=how.progress)
    try:
        came = wait(restarted=restarted, wants_agent=wants_agent)
    except NotFoundError:
        how.tell(f"{ref.address} is gone")
        return None
    except KeyboardInterrupt:
        how.tell(f"{ref.address}: its rollout goes on by itself{_raised(restarted, how)}")
        raise
    except DdfargateError as error:
        # Nobody knows how it fares: it must not be left alone with what may be a bad agent.
        came = rollout.Outcome(False, f"its rollout could not be followed: {error.message}")
    if came.ok:
        return _ended(gateway, restarted, how)
    how.tell(f"{ref.address} did not come up: {came.message}")
    if how.on_failure is None:
        # What was raised stays: as long as the bad pods are there it keeps the good ones.
        how.tell(f"next: cure what injects it, then {_undo(restarted, how)}")
        return Stopped(ref, came.message)
    try:
        undone = _bring_back(gateway, restarted, how, wait)
    except KeyboardInterrupt:
        how.tell(f"{ref.address} may not be set back yet; next: {_undo(restarted, how)}")
        raise
    return Stopped(ref, came.message, undone)


def _ended(gateway: Gateway, restarted: rollout.Restarted, how: How) -> Stopped | None:
    ref = restarted.ref
    try:
        rollout.put_back(gateway, restarted)
    except NotFoundError:
        how.tell(f"{ref.address} is gone")
        return None
    except DdfargateError as error:
        how.tell(f"{ref.address} restarted; its end could not be written: {error.message}{_raised(restarted, how)}")
        return Stopped(ref, error.message)
    how.tell(f"{ref.address} restarted")
    return None


def _bring_back(gateway: Gateway, restarted: rollout.Restarted, how: How, wait: _Wait) -> bool:
    """Stop what injects, then set the template back whatever came of that. Whether it runs again as before."""
    assert how.on_failure is not None
    ref = restarted.ref
    try:
        how.on_failure(ref)
    except DdfargateError as error:
        how.tell(f"{ref.address}: what injects its agent could not be changed: {error.message}")
    try:
        # A pod that is made before the change is in force would get the bad agent again.
        if gone(gateway, [ref]):
            how.tell(
                f"{ref.address}: an agent is still injected, so that its new pods get one again;"
                f" next: {ddfargate_line(how.kubectl_flags, 'doctor')}"
            )
    except DdfargateError as error:
        how.tell(f"{ref.address}: whether an agent is still injected is not known: {error.message}")
    try:
        before = rollout.undo(gateway, restarted)
    except DdfargateError as error:
        how.tell(f"{ref.address} could not be set back: {error.message}; next: {_undo(restarted, how)}")
        return False
    try:
        back = wait(before=before)
    except DdfargateError as error:
        back = rollout.Outcome(False, error.message)
    if back.ok:
        how.tell(f"{ref.address} runs again as before")
    else:
        look = kubectl(how.kubectl_flags, f"rollout status {ref.resource} -n {ref.namespace}")
        how.tell(f"{ref.address} was set back and is not whole yet: {back.message}; next: {look}")
    return back.ok


def _undo(restarted: rollout.Restarted, how: How) -> str:
    ref = restarted.ref
    return kubectl(how.kubectl_flags, f"rollout undo {ref.resource} -n {ref.namespace}") + _raised(restarted, how)


def _raised(restarted: rollout.Restarted, how: How) -> str:
    """How to put back what we raised, where it stays for now."""
    if restarted.settle is None:
        return ""
    ref, former = restarted.ref, "null" if restarted.former_settle is None else restarted.former_settle
    note = f'"metadata":{{"annotations":{{"{FORMER_SETTLE}":null}}}}'
    patch = f'{{{note},"spec":{{"minReadySeconds":{former}}}}}'
    command = kubectl(how.kubectl_flags, f"patch {ref.resource} -n {ref.namespace} -p '{patch}'")
    return f"; minReadySeconds is raised until then, to put it back: {command}"


def kubectl(flags: str, words: str) -> str:
    """A command for people, with the flags that lead to this cluster."""
    return " ".join(filter(None, ("kubectl", flags, words)))
