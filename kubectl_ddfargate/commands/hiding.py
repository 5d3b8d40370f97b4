"""Kyverno's own exclusions: said before anything is written, opened where that was asked for, closed again later.

Opening a namespace opens it to every policy of Kyverno, not to ours alone: those that gain effect are named, and
one that would fail closed on DNS stops the plan.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from kubectl_ddfargate.cluster.objects import Objects
from kubectl_ddfargate.commands.write_options import WriteOptions
from kubectl_ddfargate.facts.index import Index, NotReadError
from kubectl_ddfargate.facts.kyverno import kyverno_config
from kubectl_ddfargate.facts.kyverno_exclusions import (
    ExclusionFix,
    Hidden,
    exclusion_fix,
    gains_effect,
    hidden,
)
from kubectl_ddfargate.model.design import Design
from kubectl_ddfargate.model.kinds import KYVERNO_CONFIG
from kubectl_ddfargate.model.objects import ObjectRef
from kubectl_ddfargate.model.plan import Change, Note, NoteLevel, Op, PlannedObject
from kubectl_ddfargate.plan.owners import DEPLOYERS, owner_of

_PARTS = re.compile(r"\[[^\[\]]*\]")
"""Entries of `resourceFilters`."""
ANNOTATION = "ddfargate/kyverno-exclusions"
"""On Kyverno's ConfigMap: what we changed, and what stood there before."""


@dataclass(frozen=True)
class Opening:
    """The change of Kyverno's ConfigMap that lets the targets' namespaces in."""

    change: Change
    fix: ExclusionFix
    former: Mapping[str, str]
    """Values from before our first change, where there was one already."""
    written: Mapping[str, str]
    """What that change wrote."""

    def apply(self, objects: Objects) -> None:
        """Write it, and remember what stood there."""
        after = {**self.written, **self.fix.after}
        note = json.dumps({"before": {**self.fix.before, **self.former}, "after": after})
        patch = {"metadata": {"annotations": {ANNOTATION: note}}, "data": dict(self.fix.after)}
        objects.merge_patch(self.fix.ref, patch)


@dataclass(frozen=True)
class Closing:
    """The way back to what stood in Kyverno's ConfigMap before."""

    change: Change
    ref: ObjectRef
    before: Mapping[str, str]

    def apply(self, objects: Objects) -> None:
        """Write it."""
        patch = {"metadata": {"annotations": {ANNOTATION: None}}, "data": dict(self.before)}
        objects.merge_patch(self.ref, patch)


def closing_of(opened: Opening) -> Closing:
    """The way back from a change that was just made."""
    return Closing(opened.change, opened.fix.ref, {**opened.fix.before, **opened.former})


def opening(
    index: Index, objects: Objects, design: Design, options: WriteOptions
) -> tuple[Opening | None, list[Note]]:
    """What must be opened, and what the reader must know. A block where that must not be, or was not asked for."""
    if design.injector != "kyverno":
        return None, []
    try:
        found = [one for place in design.scope.namespaces if (one := hidden(index, place)) is not None]
        fix = exclusion_fix(index, design.scope.namespaces) if found else None
        gains = gains_effect(index, fix.namespaces) if fix is not None else ()
    except NotReadError as error:
        return None, [
            Note(level=NoteLevel.BLOCK, text=f"whether Kyverno sees the targets is not known: you lack {error}")
        ]
    if fix is None:
        return None, []
    values = f"# values of Kyverno's chart\n{fix.helm_values}" if fix.helm_values else ""
    if not options.fix_kyverno_exclusions:
        return None, [_hides(found, values)]
    notes = []
    if fix.unsolved:
        parts = "; ".join(fix.unsolved)
        notes.append(_block(f"--fix-kyverno-exclusions cannot cure this, it goes by labels: {parts}", values))
    live = objects.live(fix.ref)
    owner = "Helm" if fix.helm else owner_of(live or {})
    if (fix.helm or owner in DEPLOYERS) and not options.force_conflicts:
        where = f"{fix.ref.address} belongs to {owner}{f' (release {fix.release})' if fix.release else ''}"
        text = f"{where}, which would undo the change: set these values there, or add --force-conflicts"
        notes.append(_block(text, values))
    closed = [gain for gain in gains if gain.fails_closed]
    places = ", ".join(fix.namespaces)
    if closed:
        names = ", ".join(f"{gain.ref.kind}/{gain.ref.name}" for gain in closed)
        notes.append(
            _block(
                f"opening {places} to Kyverno would let these refuse pods there while Kyverno is down: {names}; "
                "give them failurePolicy Ignore, or choose --injector admission-policy or datadog"
            )
        )
    names = ", ".join(f"{gain.ref.kind}/{gain.ref.name}" for gain in gains if not gain.fails_closed)
    gaining = f"; these gain effect: {names}" if names else ""
    told = f"opening {places} to Kyverno opens it to every policy there is{gaining}"
    notes.append(Note(level=NoteLevel.WARNING, text=told, values=values))
    remembered = _remembered(live) or {}
    change = msgspec.structs.replace(_change(fix.ref, f"lets Kyverno see {places}"), diff=_diff(fix))
    return Opening(change, fix, remembered.get("before") or {}, remembered.get("after") or {}), notes


def _diff(fix: ExclusionFix) -> str:
    """The changed keys, value by value; the long ones in parts."""
    before, after = _entries(fix.before), _entries(fix.after)
    name = f"v1.ConfigMap.{fix.ref.namespace}.{fix.ref.name}"
    lines = difflib.unified_diff(before, after, f"live/{name}", f"merged/{name}", lineterm="")
    return "".join(f"{line}\n" for line in lines)


def _entries(values: Mapping[str, str]) -> list[str]:
    return [f"{key}: {part}" for key, value in sorted(values.items()) for part in _PARTS.findall(value) or [value]]


def closing(index: Index, objects: Objects) -> tuple[Closing | None, list[Note]]:
    """The way back, if nobody has touched since what we wrote; else a note that says what to undo."""
    try:
        config = kyverno_config(index)
    except NotReadError:
        return None, []
    if config is None:
        return None, []
    ref = ObjectRef(KYVERNO_CONFIG.api_version, KYVERNO_CONFIG.kind, config.namespace, config.name)
    live = objects.live(ref)
    note = _remembered(live)
    if live is None or note is None:
        return None, []
    data = live.get("data") or {}
    touched = [key for key, value in note["after"].items() if data.get(key) != value]
    if touched:
        text = f"{ref.address} was changed since by somebody else: put back {', '.join(touched)} by hand"
        values = "\n".join(f"{key}: {json.dumps(note['before'].get(key, ''))}" for key in touched)
        return None, [Note(level=NoteLevel.WARNING, text=text, values=values)]
    return Closing(_change(ref, "puts back what Kyverno left out before"), ref, note["before"]), []


def _hides(found: list[Hidden], values: str) -> Note:
    parts = "; ".join(f"{one.namespace} ({', '.join(one.reasons)})" for one in found)
    return _block(
        f"Kyverno does not see {parts}: without a change there injection will not work; "
        "add --fix-kyverno-exclusions, set the values below in its chart, or choose --injector admission-policy "
        "or datadog",
        values,
    )


def _block(text: str, values: str = "") -> Note:
    return Note(level=NoteLevel.BLOCK, text=text, values=values)


def _change(ref: ObjectRef, why: str) -> Change:
    named = PlannedObject(api_version=ref.api_version, kind=ref.kind, namespace=ref.namespace, name=ref.name)
    return Change(object=named, op=Op.UPDATE, why=why)


def _remembered(live: Mapping[str, Any] | None) -> dict[str, Any] | None:
    text = ((live or {}).get("metadata", {}).get("annotations") or {}).get(ANNOTATION)
    try:
        note = json.loads(text) if text else None
    except ValueError:
        return None
    return note if isinstance(note, dict) and {"before", "after"} <= set(note) else None
