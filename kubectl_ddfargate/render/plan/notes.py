"""Notes of a plan: what it says, what to do, what to give to another owner."""

from __future__ import annotations

from collections.abc import Iterator

from kubectl_ddfargate.model.plan import Note, NoteLevel
from kubectl_ddfargate.render.text.layout import Layout
from kubectl_ddfargate.render.text.marks import Ink, Mark

_MARKS = {NoteLevel.BLOCK: Mark.ERROR, NoteLevel.WARNING: Mark.WARNING, NoteLevel.INFO: Mark.NOTE}
_ORDER = (NoteLevel.INFO, NoteLevel.WARNING, NoteLevel.BLOCK)


def notes(found: tuple[Note, ...], ink: Ink, layout: Layout) -> Iterator[str]:
    """All notes; what stops the plan comes last, where the eye is."""
    for level in _ORDER:
        for note in found:
            if note.level is level:
                yield from _note(note, ink, layout)


def _note(note: Note, ink: Ink, layout: Layout) -> Iterator[str]:
    first, _, rest = note.text.partition("\n")
    lines = list(layout.prose(first, 4))
    yield f"  {ink.sign(_MARKS[note.level])} {lines[0].strip()}"
    yield from lines[1:]
    yield from layout.prose(rest, 4) if rest else ()
    for command in note.commands:
        # a heredoc must stand at the left edge to be pasted
        yield " " * (0 if "\n" in command else layout.stepped([command], 6)) + command
    for line in note.values.rstrip("\n").splitlines():
        yield f"      {line}"
