"""The last lines: the count, what could not be read, and what to type next."""

from __future__ import annotations

from collections.abc import Iterator

import click

from kubectl_ddfargate.model.report import Finding, Report, Severity
from kubectl_ddfargate.render.presentation import Presentation
from kubectl_ddfargate.render.text.findings import folds, own_cure
from kubectl_ddfargate.render.text.layout import Layout
from kubectl_ddfargate.render.text.marks import Ink, Mark, is_partly_unknown, plural


def unread(report: Report, presentation: Presentation, layout: Layout) -> Iterator[str]:
    """The rights to ask for: verb, resource and place, with the server's own reason; and what prints them."""
    if not report.unread:
        return
    yield "could not be read"
    wants = [f"{part.verb} {part.resource}" for part in report.unread]
    places = [f"-n {part.namespace}" if part.namespace else "-A" for part in report.unread]
    for part, want, place in zip(report.unread, wants, places, strict=True):
        head = f"{want.ljust(max(map(len, wants)))}  {place.ljust(max(map(len, places)))}  "
        first, *rest = layout.prose(head + part.reason, 2)
        yield first
        yield from (f"    {line.strip()}" for line in rest)
    if any(part.reason == "forbidden" for part in report.unread):
        yield f"  ask for the rights: {presentation.program} doctor --print-rbac"


def counts(report: Report, ink: Ink, width: int | None) -> Iterator[str]:
    """`× 1 error  ‼ 2 warnings  √ 41 passed  – 3 skipped  – 0 unknown`: what there is none of draws no eye."""
    summary = report.summary
    notes = sum(f.severity is Severity.INFO and f.suppressed_by is None for f in report.findings)
    partly = sum(map(is_partly_unknown, report.checks))
    unknown = f"{summary.unknown} unknown" + (f", {partly} in part" if partly else "")
    parts = [
        (Mark.ERROR if summary.errors else Mark.SKIPPED, plural(summary.errors, "error")),
        (Mark.WARNING if summary.warnings else Mark.SKIPPED, plural(summary.warnings, "warning")),
        (Mark.NOTE, plural(notes, "note") if notes else ""),
        (Mark.PASSED, f"{summary.passed} passed"),
        (Mark.SKIPPED, f"{summary.skip} skipped"),
        (Mark.SKIPPED, f"{summary.suppressed} suppressed" if summary.suppressed else ""),
        (Mark.UNKNOWN if summary.unknown or partly else Mark.SKIPPED, unknown),
    ]
    line = ""
    for part in (f"{ink.sign(mark)} {text}" for mark, text in parts if text):
        longer = f"{line}  {part}" if line else part
        if width and len(click.unstyle(longer)) > width:
            yield line
            longer = part
        line = longer
    yield line


def next_steps(report: Report, presentation: Presentation, layout: Layout, *, whole: bool) -> Iterator[str]:
    """What to type next, alone on its line: nothing follows that would break a paste."""
    program = presentation.program
    finding = _first(report)
    if finding is not None:
        # the first alone: a later one would skip a step
        cure = finding.fix.commands[0] if finding.fix.commands else ""
        own = own_cure(finding, presentation)
        if own:
            yield from layout.pasted("next:", own)
        elif finding.fix.patch and presentation.live:
            then = ", then its commands" if cure else ""
            yield f"next: apply the patch of {finding.id} above{then}"
        elif cure and presentation.live:
            if "\n" in cure:
                yield f"next: paste the fix of {finding.id} above"
            else:
                yield from layout.pasted("next:", cure)
        yield f"why:  {program} explain {finding.id}"
        if not whole and any(folds(one, presentation) for one in report.findings):
            yield from layout.pasted("all that can be done by hand:", _again(presentation, "--show all"))
    elif report.summary.unknown:
        yield "next: ask for the rights named above, then"
        again = _again(presentation)
        yield " " * layout.stepped([again], 6) + again
    elif not report.fargate_pods and presentation.live and presentation.scope:
        yield from layout.pasted(
            "next:", " ".join(filter(None, [program, "doctor", "-A", presentation.connection]))
        )


def _again(presentation: Presentation, *options: str) -> str:
    """The same question once more."""
    where = presentation.saved or presentation.connection
    words = [presentation.program, "doctor", *options, presentation.scope, where]
    return " ".join(filter(None, words))


def _first(report: Report) -> Finding | None:
    """The most upstream error, else the most upstream warning."""
    live = [finding for finding in report.findings if finding.suppressed_by is None]
    for severity in (Severity.ERROR, Severity.WARNING):
        for finding in live:
            if finding.severity is severity:
                return finding
    return None
