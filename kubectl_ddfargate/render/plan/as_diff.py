"""The plan as one unified diff, as `kubectl diff` prints it. What keeps it from being applied comes as comments."""

from __future__ import annotations

from collections.abc import Iterator

import click

from kubectl_ddfargate.model.plan import NoteLevel, Op, Plan
from kubectl_ddfargate.plan.diffs import short_diff
from kubectl_ddfargate.render.plan.notes import first_line
from kubectl_ddfargate.render.presentation import Presentation
from kubectl_ddfargate.render.text.clean import clean

_COLORS = {"+": "green", "-": "red", "@": "cyan"}


def render(plan: Plan, presentation: Presentation) -> str:
    """The text; empty where nothing would change and nothing is to be said."""
    return "".join(f"{line}\n" for line in _lines(clean(plan), color=presentation.color))


def _lines(plan: Plan, *, color: bool) -> Iterator[str]:
    for change in plan.changes:
        if change.op in (Op.CONFLICT, Op.BLOCKED):
            yield f"# {change.op.value} {change.address}: {change.message}"
        elif change.op is Op.DELETE:
            yield f"# delete {change.address}: {change.why}"
        elif change.op is not Op.SAME and not change.diff:
            yield f"# {change.op.value} {change.address}: {change.why}"
        for line in short_diff(change.diff).splitlines():
            yield click.style(line, fg=_COLORS.get(line[:1])) if color and line[:1] in _COLORS else line
    for note in plan.notes:
        if note.level is NoteLevel.BLOCK:
            yield f"# blocked: {first_line(note)}"
