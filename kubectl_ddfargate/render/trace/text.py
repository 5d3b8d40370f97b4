"""The chain of one workload as text: step by step, the first broken link marked, what follows it greyed."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from kubectl_ddfargate.model.report import Finding, Severity
from kubectl_ddfargate.model.trace import Line, Step, StepState, Trace, Verdict
from kubectl_ddfargate.render.names import namespace_flag, reference
from kubectl_ddfargate.render.presentation import Presentation
from kubectl_ddfargate.render.text.clean import clean
from kubectl_ddfargate.render.text.findings import finding_block, folds, suppressed_line
from kubectl_ddfargate.render.text.layout import Layout
from kubectl_ddfargate.render.text.marks import Ink, Mark, plural

_MARKS = {
    StepState.GOOD: Mark.PASSED,
    StepState.BROKEN: Mark.ERROR,
    StepState.WARNING: Mark.WARNING,
    StepState.NOTE: Mark.NOTE,
    StepState.UNKNOWN: Mark.UNKNOWN,
}
_SIGN = 3
_NAME = 17
_INDENT = 2 + _SIGN + _NAME
_SUBJECT = 60
"""A subject that is longer does not push the others' words to the right."""
_BESIDE = 30
"""The least room in which words still stand beside their subject."""
_PASTED = "kubectl "
"""What can be pasted is never wrapped."""
_AFTER = "what follows counts once that is mended:"


def render(trace: Trace, presentation: Presentation, *, wide: bool = False) -> str:
    """The whole text, with its last newline. `wide`: with all evidence, and what can be done by hand."""
    ink = Ink(color=presentation.color, ascii=presentation.ascii)
    layout = Layout(presentation.width)
    trace = clean(trace)
    parts = [list(_header(trace, ink, layout)), list(_steps(trace, ink, layout))]
    parts += [list(finding_block(one, ink, layout, presentation, wide=wide)) for one in _loud(trace)]
    parts.append(
        [line for one in trace.findings if one.suppressed_by for line in suppressed_line(one, ink, layout)]
    )
    parts.append([*_end(trace, ink, layout), *_by_hand(trace, presentation, layout, whole=wide)])
    return ink.plain("\n\n".join("\n".join(part) for part in parts if part)) + "\n"


def _loud(trace: Trace) -> list[Finding]:
    return [one for one in trace.findings if one.suppressed_by is None]


def _header(trace: Trace, ink: Ink, layout: Layout) -> Iterator[str]:
    subject = trace.workload
    parts = [
        f"{reference(subject)} {namespace_flag(subject.namespace)}",
        f"{plural(subject.pods or 0, 'pod')} on Fargate",
        f"profile {trace.profile}" if trace.profile else "",
        f"{trace.dns} DNS",
        f"context {trace.context}" if trace.context else "",
        trace.server_version,
    ]
    yield from (ink.strong(line) for line in layout.prose(" · ".join(part for part in parts if part), 0))


def _steps(trace: Trace, ink: Ink, layout: Layout) -> Iterator[str]:
    for step in trace.steps:
        yield from _step(step, trace, ink, layout)
        if step.name == trace.broken_at and step is not trace.steps[-1]:
            yield "    " + ink.faint(_AFTER)


def _step(step: Step, trace: Trace, ink: Ink, layout: Layout) -> Iterator[str]:
    first = step.name == trace.broken_at
    lines = list(_rows(step.lines, layout)) or [(_INDENT, "")]
    marks = [f"[{', '.join(step.findings)}]"] * bool(step.findings) + ["← first broken link"] * first
    for mark in marks:
        indent, last = lines[-1]
        if layout.fits(" " * indent + f"{last}   {mark}"):
            lines[-1] = indent, f"{last}   {mark}" if last else mark
        else:
            lines.append((_INDENT, f"  {mark}"))
    head = f"  {ink.sign(_MARKS[step.state])}" + " " * _sign_gap(step, ink) + step.name.ljust(_NAME)
    for number, (indent, line) in enumerate(lines):
        shown = ink.strong(line) if first else ink.faint(line) if step.after_break else line
        yield ((head if number == 0 else " " * indent) + shown).rstrip()


def _sign_gap(step: Step, ink: Ink) -> int:
    """Signs are one or two characters wide."""
    mark = _MARKS[step.state]
    return _SIGN - len(Ink(color=False, ascii=ink.ascii).sign(mark))


def _rows(lines: Sequence[Line], layout: Layout) -> Iterator[tuple[int, str]]:
    """Each line's words beside its subject, aligned; on a narrow terminal under it. Indent and text."""
    room = None if layout.width is None else max(layout.width - _INDENT, 40)
    width = max((len(line.subject) for line in lines if len(line.subject) <= _SUBJECT), default=0)
    if room is not None and room - width - 2 < _BESIDE:
        width = 0
    for line in lines:
        start = f"{line.subject.ljust(width)}  "
        longest = max(map(len, line.says.split()), default=0)
        if room is None or len(start) + len(line.says) <= room:
            yield _INDENT, (start + line.says).rstrip()
            continue
        pasted = line.says.startswith(_PASTED)
        if width and width + 2 + longest <= room and not pasted:
            texts = _wrapped(line.says, room, start, " " * (width + 2))
            yield from ((_INDENT, text) for text in texts)
            continue
        yield _INDENT, line.subject
        if pasted or 4 + longest > room:
            yield layout.place(line.says, _INDENT + 4), line.says
        else:
            yield from ((_INDENT, text) for text in _wrapped(line.says, room, "    ", "    "))


def _wrapped(text: str, room: int, first: str, rest: str) -> list[str]:
    return textwrap.wrap(
        text,
        width=room,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _by_hand(trace: Trace, presentation: Presentation, layout: Layout, *, whole: bool) -> Iterator[str]:
    """What tells all that was left out."""
    if whole or presentation.show_all or not any(folds(one, presentation) for one in _loud(trace)):
        return
    subject = trace.workload
    words = [presentation.program, "doctor", reference(subject), namespace_flag(subject.namespace)]
    again = [*words, presentation.saved or presentation.connection]
    yield from layout.pasted("all that can be done by hand:", " ".join(filter(None, [*again, "--show all"])))


def _end(trace: Trace, ink: Ink, layout: Layout) -> Iterator[str]:
    if trace.verdict is Verdict.BROKEN:
        yield f"{ink.sign(Mark.ERROR)} broken at: {trace.broken_at}"
        return
    mark, text = _ENDS[trace.verdict]
    first, *rest = layout.prose(f"{text}{_what_it_counts(trace)}", 2)
    yield f"{ink.sign(mark)} {first.strip()}"
    yield from rest


def _what_it_counts(trace: Trace) -> str:
    """Why the exit code may be 0 though there is no agent: it goes by the findings, whatever is made of them."""
    if trace.verdict is not Verdict.NO_AGENT or any(one.severity is Severity.ERROR for one in _loud(trace)):
        return ""
    warnings = [one.id for one in _loud(trace) if one.severity is Severity.WARNING]
    if warnings:
        return f"; {', '.join(warnings)} warns of it: exit code 1 only with --fail-on warning"
    silenced = [one.id for one in trace.findings if one.suppressed_by]
    return f"; {', '.join(silenced)} is suppressed, so the exit code does not count it" if silenced else ""


_ENDS = {
    Verdict.GOOD: (Mark.PASSED, "no link is broken"),
    Verdict.NO_AGENT: (Mark.WARNING, "no agent: the pods have none, and nothing gives one to new pods"),
    Verdict.UNKNOWN: (Mark.UNKNOWN, "no broken link was seen, and not everything could be looked at"),
}
