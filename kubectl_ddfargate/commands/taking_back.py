"""Takes a policy back: first ours, then what stood before it, so that the two never meet in one pod."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec

from kubectl_ddfargate.cluster.gateway import Gateway
from kubectl_ddfargate.cluster.objects import Objects
from kubectl_ddfargate.commands import replaced, taking_over
from kubectl_ddfargate.commands.closing import closing_of
from kubectl_ddfargate.commands.giving_back import forget, give_back
from kubectl_ddfargate.commands.out_of_force import gone
from kubectl_ddfargate.commands.preparing import POLICY_COMPONENTS, Prepared
from kubectl_ddfargate.commands.replacing import plain
from kubectl_ddfargate.commands.stepping_aside import put_back
from kubectl_ddfargate.commands.talk import Talk
from kubectl_ddfargate.commands.trying import ref_of_target
from kubectl_ddfargate.errors import DdfargateError, ExitCode
from kubectl_ddfargate.model.objects import Desired
from kubectl_ddfargate.model.plan import Op
from kubectl_ddfargate.plan.former import differences, within
from kubectl_ddfargate.plan.own_fields import own_part

_NOTES = (taking_over.ANNOTATION, replaced.ANNOTATION)
"""Ours by a patch. An apply that set them would make the next one, which does not, take them away."""

_ASIDE = ", and skips pods that have our agent: ours may still come"


class NotTakenBackError(DdfargateError):
    """Some part could not be taken back."""

    exit_code = ExitCode.BAD


class Former(msgspec.Struct, frozen=True):
    """What stood where a policy now is."""

    desired: Desired
    live: Mapping[str, Any] | None
    """None: nothing stood there. May hold credentials in clear."""

    def __repr__(self) -> str:
        """Without the object."""
        return f"Former({self.desired.ref.address})"


def former(prepared: Prepared, desired: Desired) -> Former:
    """Remember it, before the policy is applied."""
    return Former(desired, prepared.objects.live(desired.ref))


def take_back(
    gateway: Gateway, prepared: Prepared, parts: Sequence[Former], talk: Talk, *, deadline: float | None = None
) -> bool:
    """Put back what was. False where our policy stays, because this run did not change it.

    `deadline`, of the monotonic clock: how long Datadog's webhook, which others switch off, may still inject.
    Goes on where one part fails, and raises NotTakenBackError in the end.
    """
    failed: list[str] = []
    for part in reversed(parts):
        with _noted(failed, part.desired.ref.address):
            talk.say(_undo(prepared.objects, part))
    in_force = bool(failed)
    acts = prepared.goes != () and (in_force or _stays(prepared) or _still_acts(gateway, prepared, parts, deadline))
    for one in prepared.goes:
        # Ours acts still, or nobody knows: two agents would meet in a pod if the old one acted on all pods again.
        # Aside, it acts on those that have none of ours, as while ours came into force. So no pod is without.
        with _noted(failed, one.ref.address, way_back=one.change.backup):
            if put_back(prepared.objects, one, aside=acts):
                talk.say(f"{one.ref.address} put back{_ASIDE if acts else ''}")
            elif acts:
                talk.say(f"{one.ref.address} stays{_ASIDE}")
    if prepared.opening is not None:
        with _noted(failed, prepared.opening.change.address):
            closing_of(prepared.opening).apply(prepared.objects)
            talk.say(f"{prepared.opening.change.address} put back")
    if failed:
        raise NotTakenBackError(f"{'; '.join(failed)}{': the policy is in force' if in_force else ''}")
    return bool(parts)


@contextmanager
def _noted(failed: list[str], what: str, *, way_back: str = "") -> Iterator[None]:
    """Around one part: the others are taken back whatever becomes of it."""
    try:
        yield
    except (DdfargateError, OSError) as error:  # OSError: who reads what we say may be gone
        words = error.message if isinstance(error, DdfargateError) else str(error.strerror)
        failed.append(f"{what}: {words}{f'; its former text is in {way_back}' if way_back else ''}")


def _undo(objects: Objects, part: Former) -> str:
    """Take back one object of ours; what was done, for people."""
    ref = part.desired.ref
    if part.live is None:
        objects.delete(ref)
        return f"{ref.address} deleted"
    if part.desired.owned:
        _put_back(objects, part.desired, part.live)
        return f"{ref.address} put back"
    _give_up(objects, part.desired, part.live)
    return f"{ref.address}: our fields are again what they were before this run"


def _stays(prepared: Prepared) -> bool:
    """Whether a policy of ours stood there before this run: then it stays, in one form or another."""
    pairs = zip(prepared.desired, prepared.changes, strict=True)
    policies = [(one, change) for one, change in pairs if one.component in POLICY_COMPONENTS and one.owned]
    return any(change.op is not Op.CREATE for _, change in policies)


def _still_acts(gateway: Gateway, prepared: Prepared, parts: Sequence[Former], deadline: float | None) -> bool:
    """Whether new pods still get our agent. Where that cannot be asked they may."""
    if not parts or prepared.design is None:
        return False
    try:
        return bool(gone(gateway, map(ref_of_target, prepared.design.targets), deadline=deadline))
    except DdfargateError:
        return True


def _put_back(objects: Objects, desired: Desired, before: Mapping[str, Any]) -> None:
    """A whole policy, as it was."""
    if taking_over.is_taken(objects.live(desired.ref)) and not taking_over.is_taken(before):
        give_back(objects, desired.ref)  # it was somebody else's until this run
        return
    objects.apply(plain(before, without=_NOTES), force=True)
    _put_notes_back(objects, desired, before)


def _give_up(objects: Objects, desired: Desired, before: Mapping[str, Any]) -> None:
    """Our fields of somebody else's object: those of an earlier run stay, and what we took over is given back."""
    objects.apply(own_part(before), force=True)
    now = objects.live(desired.ref)
    if now is None:
        return
    patch = within(differences(before, now, hide=False).before, {"spec": desired.manifest["spec"]})
    if patch:
        objects.merge_patch(desired.ref, patch)
        forget(objects, desired.ref, patches_only=True)
    _put_notes_back(objects, desired, before)


def _put_notes_back(objects: Objects, desired: Desired, before: Mapping[str, Any]) -> None:
    notes, now = (_notes(one) for one in (before, objects.live(desired.ref) or {}))
    if notes != now:
        objects.merge_patch(desired.ref, {"metadata": {"annotations": notes}})


def _notes(live: Mapping[str, Any]) -> dict[str, Any]:
    annotations = (live.get("metadata") or {}).get("annotations") or {}
    return {key: annotations.get(key) for key in _NOTES}
