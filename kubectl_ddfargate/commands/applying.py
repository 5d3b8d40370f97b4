"""Carries out a plan: objects in order, the policy last, then proof; takes the policy back where proof fails."""

from __future__ import annotations

import time
from collections.abc import Sequence

import msgspec

from kubectl_ddfargate.cluster.gateway import Gateway
from kubectl_ddfargate.commands.external_secrets import wait_made
from kubectl_ddfargate.commands.foreign import Goes
from kubectl_ddfargate.commands.not_applied import CONTINUES, LOOK, NotAppliedError, NotProvedError
from kubectl_ddfargate.commands.opening import Opening
from kubectl_ddfargate.commands.preparing import POLICY_COMPONENTS, Prepared
from kubectl_ddfargate.commands.proving import Proved
from kubectl_ddfargate.commands.proving_applied import prove_applied, prove_standing
from kubectl_ddfargate.commands.replaced import note_replaced
from kubectl_ddfargate.commands.rolling import kubectl
from kubectl_ddfargate.commands.stepping_aside import keep, step_aside
from kubectl_ddfargate.commands.taking_back import Former, NotTakenBackError, former, take_back
from kubectl_ddfargate.commands.taking_over import remember
from kubectl_ddfargate.commands.talk import Talk
from kubectl_ddfargate.commands.write_options import WriteOptions
from kubectl_ddfargate.errors import DdfargateError
from kubectl_ddfargate.model.kubectl_line import ddfargate_line
from kubectl_ddfargate.model.objects import Desired
from kubectl_ddfargate.model.plan import Change, Op

__all__ = ["NotAppliedError", "apply_plan"]


def apply_plan(gateway: Gateway, prepared: Prepared, options: WriteOptions, talk: Talk) -> Proved | None:
    """Apply exactly what the plan shows. None where there was nothing to prove.

    Raises NotAppliedError where it was not carried out to its end: what then is in force is in its message.
    """
    assert prepared.design is not None
    pairs = list(zip(prepared.desired, prepared.changes, strict=True))
    policies = [(desired, change) for desired, change in pairs if desired.component in POLICY_COMPONENTS]
    if policies:
        keep(prepared.objects, prepared.goes, talk)
    for desired, change in pairs:
        if desired.component not in POLICY_COMPONENTS:
            _apply(prepared, desired, change, options, talk)
    if not policies:  # only parts of a cure were wanted
        return prove_standing(gateway, prepared, talk) if options.restart else None
    _await_secrets(gateway, prepared, options, talk)
    opened: Opening | None = None
    aside: list[Goes] = []
    parts: list[Former] = []
    try:
        # Each is noted before its write: whether a write came through is not known where its answer is lost.
        if prepared.opening is not None:
            opened = prepared.opening
            opened.apply(prepared.objects)
            talk.say(f"{opened.change.address} configured")
        for one in prepared.goes:
            aside.append(one)
            step_aside(prepared.objects, one)
        for desired, change in policies:
            if change.op.writes:
                parts.append(former(prepared, desired))
            _apply(prepared, desired, change, options, talk)
        note_replaced(prepared.objects, [desired for desired, _ in policies], prepared.goes)
        if not options.wait and not prepared.goes:  # what is replaced goes only once ours is seen to serve
            return None
        return prove_applied(gateway, prepared, options, talk)
    except (Exception, KeyboardInterrupt) as error:
        # A policy of which nobody knows whether it works must not stay in force.
        begun = msgspec.structs.replace(prepared, goes=tuple(aside), opening=opened)
        ended = _taken_back(gateway, begun, parts, talk, error=error, timeout=options.timeout)
        if ended is None:
            raise
        raise ended from error


def _taken_back(
    gateway: Gateway,
    begun: Prepared,
    parts: Sequence[Former],
    talk: Talk,
    *,
    error: BaseException,
    timeout: float,
) -> NotAppliedError | None:
    """Take back what was begun, and say how it ended; None where the error itself says enough."""
    words = _words(error)
    try:
        taken = take_back(gateway, begun, parts, talk, deadline=time.monotonic() + timeout)
    except (Exception, KeyboardInterrupt) as failed:  # noqa: BLE001 (it is told; `error` is what is raised)
        surely = isinstance(failed, NotTakenBackError)
        back = _words(failed) if surely else f"{_words(failed)}: the policy may be in force"
        return NotAppliedError(
            f"{words}; and it could not be taken back: {back}",
            hint=ddfargate_line(begun.snapshot.kubectl_flags, "uninstall"),
        )
    if isinstance(error, NotProvedError):
        ending = "it was taken back" if taken else "it stood there before this run, and stays"
        return NotAppliedError(f"{words}; {ending}", hint=LOOK)
    if isinstance(error, DdfargateError):
        ending = "the policy was taken back" if taken else "of the policy nothing was changed"
        return NotAppliedError(f"{words}; {ending}", hint=error.hint or CONTINUES)
    return None


def _words(error: BaseException) -> str:
    if isinstance(error, DdfargateError):
        return error.message
    if isinstance(error, NotProvedError):
        return str(error)
    return "interrupted" if isinstance(error, KeyboardInterrupt) else f"internal error ({type(error).__name__})"


def _await_secrets(gateway: Gateway, prepared: Prepared, options: WriteOptions, talk: Talk) -> None:
    """A policy that comes before the Secrets would send pods to a Secret that is not there."""
    assert prepared.design is not None
    deadline = time.monotonic() + (options.timeout if options.wait else 0)
    lacks = wait_made(gateway, prepared.design, deadline=deadline, talk=talk)
    if lacks:
        how_long = f"within {options.timeout:g} s" if options.wait else "yet"
        look = kubectl(prepared.snapshot.kubectl_flags, "describe externalsecrets -A")
        raise NotAppliedError(
            f"{'; '.join(lacks)}: the store did not make it {how_long}; the policy is not applied",
            hint=f"look at its ExternalSecret ({look}), then run the same command again: it continues from here",
        )


def _apply(prepared: Prepared, desired: Desired, change: Change, options: WriteOptions, talk: Talk) -> None:
    if not change.op.writes:
        talk.say(f"{change.address} unchanged")
        return
    force = options.force_conflicts
    if change.op is Op.UPDATE:
        remember(prepared.objects, desired, force=force, tell=talk.say)
    if desired.secret is not None and desired.secret.sources:
        prepared.objects.apply_secret(desired.manifest, desired.secret, force=force)
    else:
        prepared.objects.apply(desired.manifest, force=force)
    talk.say(f"{change.address} {'created' if change.op is Op.CREATE else 'configured'}")
