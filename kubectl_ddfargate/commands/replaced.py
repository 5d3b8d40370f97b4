"""Which policies ours replaced, and in which files they are kept: noted on our policy, told by `uninstall`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from kubectl_ddfargate.cluster.objects import Objects
from kubectl_ddfargate.commands.going import Goes
from kubectl_ddfargate.errors import ForbiddenError
from kubectl_ddfargate.model.objects import Desired, ObjectRef
from kubectl_ddfargate.model.plan import Note, NoteLevel

ANNOTATION = "ddfargate/replaced"
"""On our policy, by a patch: an apply neither sets it nor takes it away."""


class Replaced(msgspec.Struct, frozen=True):
    """A policy that was there before ours."""

    api_version: str
    kind: str
    name: str
    file: str

    @property
    def ref(self) -> ObjectRef:
        """All of them are cluster-wide."""
        return ObjectRef(self.api_version, self.kind, "", self.name)


def note_replaced(objects: Objects, policies: Sequence[Desired], goes: Sequence[Goes]) -> None:
    """Write it on our policy, before the old ones go. Nothing where none goes, or where no object is ours."""
    found = {one.ref: one for gone in goes if gone.ours for one in replaced_by(gone.live)}
    for gone in goes:
        if not gone.ours:
            ref = gone.ref
            found[ref] = Replaced(ref.api_version, ref.kind, ref.name, gone.change.backup)
    if not found or not policies:
        return
    ours = policies[0].ref
    known = {one.ref: one for one in replaced_by(objects.live(ours))}
    text = json.dumps([msgspec.structs.asdict(one) for one in {**known, **found}.values()])
    objects.merge_patch(ours, {"metadata": {"annotations": {ANNOTATION: text}}})


def replaced_by(live: Mapping[str, Any] | None) -> tuple[Replaced, ...]:
    """What a policy of ours replaced; nothing where somebody wrote something else there."""
    text = (((live or {}).get("metadata") or {}).get("annotations") or {}).get(ANNOTATION)
    try:
        return tuple(Replaced(**one) for one in json.loads(text)) if text else ()
    except (ValueError, TypeError):
        return ()


def notes_of(objects: Objects, found: Sequence[Replaced], kubectl_flags: str) -> list[Note]:
    """How each comes back. One that stands again already is not told."""
    notes = []
    for one in dict.fromkeys(found):
        if _stands(objects, one):
            continue
        kubectl = " ".join(filter(None, ("kubectl", kubectl_flags)))
        text = f"{one.kind}/{one.name} was replaced by install; its former text is in {one.file}"
        command = f"{kubectl} apply -f {one.file}"
        notes.append(Note(level=NoteLevel.INFO, text=text, commands=(command,)))
    return notes


def _stands(objects: Objects, one: Replaced) -> bool:
    try:
        return objects.live(one.ref) is not None
    except ForbiddenError:
        return False
