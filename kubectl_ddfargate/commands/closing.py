"""Closes Kyverno's exclusions again, where nobody has touched them since they were opened."""

from __future__ import annotations

import json
from collections.abc import Mapping

import msgspec

from kubectl_ddfargate.cluster.objects import Objects
from kubectl_ddfargate.commands.kyverno_note import ANNOTATION, patch_of, update, version_of
from kubectl_ddfargate.commands.opening import Opening
from kubectl_ddfargate.commands.remembered import note_of
from kubectl_ddfargate.facts.index import Index, NotReadError
from kubectl_ddfargate.facts.kyverno import kyverno_config
from kubectl_ddfargate.model.kinds import KYVERNO_CONFIG
from kubectl_ddfargate.model.objects import ObjectRef
from kubectl_ddfargate.model.plan import Change, Note, NoteLevel


class Closing(msgspec.Struct, frozen=True):
    """The way back to what stood in Kyverno's ConfigMap before."""

    change: Change
    ref: ObjectRef
    before: Mapping[str, str]
    version: str
    """The ConfigMap that it was made for: another one is left alone."""

    def apply(self, objects: Objects, *, dry_run: bool = False) -> None:
        """Write it. Raises ApiError (409) where somebody has changed the ConfigMap since it was read."""
        objects.merge_patch(self.ref, patch_of(self.before, None, self.version), dry_run=dry_run)


class Undoing(msgspec.Struct, frozen=True):
    """The way back from what this run opened: to what stood there before this run, and to the note of that time.

    What an earlier run opened stays open, for its policy.
    """

    opened: Opening

    def apply(self, objects: Objects) -> None:
        """Write it. A value that somebody has changed since stays."""
        fix = self.opened.fix
        live = objects.live(fix.ref)
        if live is None:
            return
        data = live.get("data") or {}
        before = {key: old for key, old in fix.before.items() if data.get(key) == fix.after.get(key)}
        objects.merge_patch(fix.ref, patch_of(before, self.opened.annotation, version_of(live)))


def closing_of(opened: Opening) -> Undoing:
    """The way back from a change that was just made."""
    return Undoing(opened)


def plan_closing(index: Index, objects: Objects) -> tuple[Closing | None, list[Note]]:
    """The way back, if nobody has touched since what we wrote; else a note that says what to undo."""
    try:
        config = kyverno_config(index)
    except NotReadError as error:
        text = f"whether Kyverno's exclusions were opened by install is not known: you lack {error}"
        return None, [Note(level=NoteLevel.WARNING, text=text)]
    if config is None:
        return None, []
    ref = ObjectRef(KYVERNO_CONFIG.api_version, KYVERNO_CONFIG.kind, config.namespace, config.name)
    live = objects.live(ref)
    note = note_of(live, ANNOTATION)
    if live is None or note is None:
        return None, []
    data = live.get("data") or {}
    touched = [key for key, value in note["after"].items() if data.get(key) != value]
    if touched:
        text = f"{ref.address} was changed since by somebody else: put back {', '.join(touched)} by hand"
        values = "\n".join(f"{key}: {json.dumps(note['before'].get(key, ''))}" for key in touched)
        return None, [Note(level=NoteLevel.WARNING, text=text, values=values)]
    change = update(ref, "puts back what Kyverno left out before")
    return Closing(change, ref, note["before"], version_of(live)), []
