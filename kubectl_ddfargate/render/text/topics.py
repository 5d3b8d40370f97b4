"""One line for each topic, in causal order, with what needs a look under it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec

from kubectl_ddfargate.model.report import Category, CheckResult, Finding, Report, Status
from kubectl_ddfargate.render.presentation import Presentation
from kubectl_ddfargate.render.text.findings import finding_block, suppressed_line
from kubectl_ddfargate.render.text.layout import Layout
from kubectl_ddfargate.render.text.marks import OF_SEVERITY, OF_STATUS, Ink, Mark, is_partly_unknown, plural

TITLES = {
    Category.ACCESS: "access and Fargate",
    Category.DNS: "DNS of the pods",
    Category.ROUTE: "cluster agent, route",
    Category.INJECTION: "injection",
    Category.CREDENTIALS: "credentials",
    Category.SETTINGS: "settings and rights",
    Category.SIZE: "size and price",
    Category.FIT: "fit of the sidecar",
    Category.RUNTIME: "what the agents say",
}

_COLUMN = 22
_NOUNS = {Mark.ERROR: "error", Mark.WARNING: "warning", Mark.NOTE: "note", Mark.PASSED: "check"}
_WORDS = {Mark.UNKNOWN: "unknown", Mark.SKIPPED: "skipped"}


def topics(report: Report, presentation: Presentation, ink: Ink, layout: Layout, *, wide: bool) -> Iterator[str]:
    """All topics that have checks."""
    for category, title in TITLES.items():
        checks = [check for check in report.checks if check.category is category]
        if not checks:
            continue
        ids = {check.id for check in checks}
        findings = [finding for finding in report.findings if finding.id in ids]
        yield f"{title.ljust(_COLUMN)}  {_counts(checks, findings, ink)}"
        for finding in findings:
            if finding.suppressed_by is None:
                yield from finding_block(finding, ink, layout, presentation, wide=wide)
            elif presentation.show_all:
                yield from suppressed_line(finding, ink, layout)
        yield from _open(checks, ink, layout)
        if presentation.show_all:
            yield from _grouped(checks, Status.SKIP, ink, layout)
            yield from _passed(checks, ink, layout)


def _counts(checks: Sequence[CheckResult], findings: Sequence[Finding], ink: Ink) -> str:
    live = [finding for finding in findings if finding.suppressed_by is None]
    tally = Counter(OF_SEVERITY[finding.severity] for finding in live)
    tally.update(OF_STATUS[check.status] for check in checks if check.status is not Status.FAIL)
    tally[Mark.UNKNOWN] += sum(map(is_partly_unknown, checks))
    counted = [f"{ink.sign(mark)} {_count(mark, tally[mark])}" for mark in Mark if tally[mark]]
    silenced = len(findings) - len(live)
    if silenced:
        counted.append(f"{ink.sign(Mark.SKIPPED)} {silenced} suppressed")
    return "  ".join(counted)


def _count(mark: Mark, count: int) -> str:
    return f"{count} {_WORDS[mark]}" if mark in _WORDS else plural(count, _NOUNS[mark])


def _open(checks: Sequence[CheckResult], ink: Ink, layout: Layout) -> Iterator[str]:
    """What could not be answered: whole checks, and what a check that failed elsewhere could not look at."""
    partly = [msgspec.structs.replace(one, status=Status.UNKNOWN) for one in checks if is_partly_unknown(one)]
    yield from _grouped([*checks, *partly], Status.UNKNOWN, ink, layout)


def _grouped(checks: Sequence[CheckResult], status: Status, ink: Ink, layout: Layout) -> Iterator[str]:
    """Checks of one status that have one reason in common, on one line."""
    reasons: dict[str, list[CheckResult]] = {}
    for check in checks:
        if check.status is status:
            reasons.setdefault(check.reason, []).append(check)
    for reason, members in reasons.items():
        ids = ", ".join(check.id for check in members)
        what = reason or ("no reason was given" if status is Status.UNKNOWN else "does not apply here")
        yield from _signed(OF_STATUS[status], f"{ids}  {what}", ink, layout)


def _passed(checks: Sequence[CheckResult], ink: Ink, layout: Layout) -> Iterator[str]:
    for check in checks:
        if check.status is Status.PASS:
            yield from _signed(Mark.PASSED, f"{check.id}  {check.title}", ink, layout)


def _signed(mark: Mark, text: str, ink: Ink, layout: Layout) -> Iterator[str]:
    """`  ? DDF401  …`, wrapped under the text."""
    width = None if layout.width is None else layout.width - 4
    first, *rest = Layout(width).prose(text, 0)
    yield f"  {ink.sign(mark)} {first}"
    yield from (f"      {line}" for line in rest)
