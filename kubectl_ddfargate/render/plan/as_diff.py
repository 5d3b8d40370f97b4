"""The plan as one unified diff, as `kubectl diff` prints it. What keeps it from being applied comes as comments."""

from __future__ import annotations

from collections.abc import Iterator

import click

from kubectl_ddfargate.model.plan import Change, Note, NoteLevel, Op, Plan
from kubectl_ddfargate.plan.diffs import short_diff
from kubectl_ddfargate.render.presentation import Presentation
from kubectl_ddfargate.render.text.clean import clean
from kubectl_ddfargate.render.text.layout import Layout
from kubectl_ddfargate.render.text.marks import Ink

_COLORS = {"+": "green", "-": "red", "@": "cyan"}


def render(plan: Plan, presentation: Presentation) -> str:
    """The text; empty where nothing would change and nothing is to be said."""
    layout = Layout(presentation.width)
    lines = _lines(clean(plan), layout, color=presentation.color)
    ink = Ink(color=False, ascii=presentation.ascii)
    return "".join(f"{ink.plain(line) if line.startswith('#') else line}\n" for line in lines)


def _lines(plan: Plan, layout: Layout, *, color: bool) -> Iterator[str]:
    for line in _blocks(plan):
        yield from layout.commented(line, 0)
    for change in plan.changes:
        for line in _told(change):
            yield from layout.commented(line, 0)
        for line in short_diff(change.diff).splitlines():
            yield click.style(line, fg=_COLORS.get(line[:1])) if color and line[:1] in _COLORS else line


def beside_a_diff(plan: Plan) -> tuple[str, ...]:
    """What no diff of two folders can show, for a diff program that is not ours: one line each."""
    plan = clean(plan)
    return (*_blocks(plan), *(line for change in plan.changes for line in _told(change)))


def _told(change: Change) -> Iterator[str]:
    """What of a change no diff shows."""
    if change.op is Op.DELETE or (change.op in (Op.CREATE, Op.UPDATE) and not change.diff):
        yield f"{change.op.value} {change.address}: {change.why}"


def _blocks(plan: Plan) -> Iterator[str]:
    """Why nothing of it would be written: first, as all that follows hangs on it."""
    for change in plan.changes:
        if change.op in (Op.CONFLICT, Op.BLOCKED):
            yield f"{change.op.value} {change.address}: {change.message}"
    yield from (f"blocked: {_first_line(note)}" for note in plan.notes if note.level is NoteLevel.BLOCK)


def _first_line(note: Note) -> str:
    """What is the matter, without the next step."""
    return note.text.partition("\n")[0]
