"""Kyverno's own exclusions: said before anything is written, and opened where that was asked for.

Opening a namespace opens it to every policy of Kyverno, not to ours alone: those that gain effect are named, and
one that would fail closed on DNS stops the plan.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping

import msgspec

from kubectl_ddfargate.cluster.objects import Objects
from kubectl_ddfargate.commands.kyverno_note import ANNOTATION, annotation_of, patch_of, update, version_of
from kubectl_ddfargate.commands.remembered import note_of, note_text
from kubectl_ddfargate.commands.write_options import WriteOptions
from kubectl_ddfargate.facts.index import Index, NotReadError
from kubectl_ddfargate.facts.kyverno_exclusions import (
    ExclusionFix,
    Hidden,
    exclusion_fix,
    gains_effect,
    hidden,
)
from kubectl_ddfargate.model.design import Design
from kubectl_ddfargate.model.plan import Change, Note, NoteLevel
from kubectl_ddfargate.plan.owners import deployer_of

_PARTS = re.compile(r"\[[^\[\]]*\]")
"""Entries of `resourceFilters`."""
_OTHERS = "choose --injector admission-policy or datadog"


class Opening(msgspec.Struct, frozen=True):
    """The change of Kyverno's ConfigMap that lets the targets' namespaces in."""

    change: Change
    fix: ExclusionFix
    version: str
    """The ConfigMap that it was made for: another one is left alone."""
    former: Mapping[str, str]
    """Values from before our first change, where there was one already."""
    written: Mapping[str, str]
    """What that change wrote."""
    annotation: str | None = None
    """The note of that change, as it stands; None where there was none."""

    def apply(self, objects: Objects) -> None:
        """Write it, and remember what stood there. Raises ApiError (409) where somebody has changed it since."""
        after = {**self.written, **self.fix.after}
        note = note_text({**self.fix.before, **self.former}, after)
        objects.merge_patch(self.fix.ref, patch_of(self.fix.after, note, self.version))


def plan_opening(
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
        text = f"whether Kyverno sees the targets is not known: you lack {error}"
        return None, [_block(text, f"ask for that right, or {_OTHERS}")]
    if fix is None:
        return None, []
    values = f"# values of Kyverno's chart\n{fix.helm_values}" if fix.helm_values else ""
    if not options.fix_kyverno_exclusions:
        return None, [_hides(found, values)]
    notes = []
    if fix.unsolved:
        parts = "; ".join(fix.unsolved)
        text = f"--fix-kyverno-exclusions cannot cure this, it goes by labels: {parts}"
        notes.append(_block(text, f"change those labels, or {_OTHERS}", values))
    live = objects.live(fix.ref)
    owner = "Helm" if fix.helm else deployer_of(live or {})
    if owner and not options.force_conflicts:
        release = f" (release {fix.release})" if fix.release else ""
        text = f"{fix.ref.address} belongs to {owner}{release}, which would undo the change"
        notes.append(_block(text, "set these values there, or add --force-conflicts", values))
    closed = [gain for gain in gains if gain.fails_closed]
    places = ", ".join(fix.namespaces)
    if closed:
        names = ", ".join(f"{gain.ref.kind}/{gain.ref.name}" for gain in closed)
        text = f"opening {places} to Kyverno would let these refuse pods there while Kyverno is down: {names}"
        notes.append(_block(text, f"give them failurePolicy Ignore, or {_OTHERS}"))
    names = ", ".join(f"{gain.ref.kind}/{gain.ref.name}" for gain in gains if not gain.fails_closed)
    gaining = f"; these gain effect: {names}" if names else ""
    wider = f"; entries that hide more than that go too: {', '.join(fix.also)}" if fix.also else ""
    told = f"opening {places} to Kyverno opens it to every policy there is{gaining}{wider}"
    notes.append(Note(level=NoteLevel.WARNING, text=told, values=values))
    remembered = note_of(live, ANNOTATION) or {}
    opening = Opening(
        change=update(fix.ref, f"lets Kyverno see {places}", diff=_diff(fix)),
        fix=fix,
        version=version_of(live),
        former=remembered.get("before") or {},
        written=remembered.get("after") or {},
        annotation=annotation_of(live),
    )
    return opening, notes


def _diff(fix: ExclusionFix) -> str:
    """The changed keys, value by value; the long ones in parts."""
    before, after = _entries(fix.before), _entries(fix.after)
    name = f"v1.ConfigMap.{fix.ref.namespace}.{fix.ref.name}"
    lines = difflib.unified_diff(before, after, f"live/{name}", f"merged/{name}", lineterm="")
    return "".join(f"{line}\n" for line in lines)


def _entries(values: Mapping[str, str]) -> list[str]:
    return [f"{key}: {part}" for key, value in sorted(values.items()) for part in _PARTS.findall(value) or [value]]


def _hides(found: list[Hidden], values: str) -> Note:
    parts = "; ".join(f"{one.namespace} ({', '.join(one.reasons)})" for one in found)
    text = f"Kyverno does not see {parts}: without a change there injection will not work"
    return _block(text, f"add --fix-kyverno-exclusions, set the values below in its chart, or {_OTHERS}", values)


def _block(text: str, next_step: str, values: str = "") -> Note:
    return Note(level=NoteLevel.BLOCK, text=f"{text}\nnext: {next_step}", values=values)
