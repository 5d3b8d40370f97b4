"""A policy that is to go once ours serves, and the notes that keep one from going."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from kubectl_ddfargate.model.objects import ObjectRef
from kubectl_ddfargate.model.plan import Change, Note, NoteLevel, Op, PlannedObject


class Goes(msgspec.Struct, frozen=True, kw_only=True):
    """One policy that is deleted once ours serves, with what must go with it."""

    change: Change
    live: Mapping[str, Any]
    """As it stands: for the file that it is kept in, and for putting it back. May hold credentials in clear."""
    ref: ObjectRef
    ours: bool

    def __repr__(self) -> str:
        """Without the object."""
        return f"Goes({self.ref.address})"

    @property
    def uid(self) -> str:
        """That of the plan's reading: whatever has the name by then stays."""
        uid: str = self.live["metadata"].get("uid", "")
        return uid


def going(ref: ObjectRef, live: Mapping[str, Any], *, ours: bool, backup: str, why: str) -> Goes:
    """A policy that stands there now, as the plan deletes it."""
    change = Change(
        object=PlannedObject(api_version=ref.api_version, kind=ref.kind, namespace=ref.namespace, name=ref.name),
        op=Op.DELETE,
        why=why,
        backup=backup,
    )
    return Goes(change=change, live=live, ref=ref, ours=ours)


def stays(text: str, next_step: str, *, commands: tuple[str, ...] = ()) -> Note:
    """What keeps the whole plan from being carried out, and what to do about it."""
    return Note(level=NoteLevel.BLOCK, text=f"{text}\nnext: {next_step}", commands=commands)
