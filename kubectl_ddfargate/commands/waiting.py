"""Repeats a diagnosis until it is good, or time is over."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator

from kubectl_ddfargate.errors import ApiError, BadAnswerError, DdfargateError, UnreachableError
from kubectl_ddfargate.model.report import Report, Severity

FIRST_PAUSE, LONGEST_PAUSE = 2.0, 10.0
_GROWTH = 1.5

_MAY_PASS = (ApiError, BadAnswerError, UnreachableError)
"""What may go wrong with a server that has answered before, and be over at the next try."""


def wait_until_good(
    diagnose: Callable[[], Report],
    *,
    is_good: Callable[[Report], bool],
    seconds: float,
    tell: Callable[[str], None],
    pauses: Iterable[float] | None = None,
) -> tuple[Report, bool]:
    """The first good report and True, or the last one and False after so many seconds.

    `tell` gets what is waited for before each pause; there is no end to `pauses`, in seconds. Raises what
    `diagnose` raises at its first call; later only where it is what the last try came to.
    """
    end = time.monotonic() + seconds
    report: Report = diagnose()
    error: DdfargateError | None = None
    for pause in growing_pauses() if pauses is None else pauses:
        if error is None and is_good(report):
            return report, True
        left = end - time.monotonic()
        if left <= 0:
            break
        tell(f"{_left(left)}: {live_reason(report) if error is None else error.message}")
        time.sleep(min(pause, left))
        report, error = _again(diagnose, report)
    if error is not None:
        raise error
    return report, False


def live_reason(report: Report) -> str:
    """What keeps a report from being good, in one line: the most upstream of the worst, and how many more."""
    loud = [finding for finding in report.findings if finding.suppressed_by is None]
    for severity in (Severity.ERROR, Severity.WARNING):
        found = [finding for finding in loud if finding.severity is severity]
        if found:
            more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
            return f"{found[0].id} {found[0].message}{more}"
    unknown = [check.id for check in report.checks if check.reason and check.status.value == "unknown"]
    return f"unknown: {', '.join(unknown)}" if unknown else "not all could be read"


def _again(diagnose: Callable[[], Report], before: Report) -> tuple[Report, DdfargateError | None]:
    """The next report, or the one before and what went wrong: a server may be away for a moment."""
    try:
        return diagnose(), None
    except _MAY_PASS as error:
        return before, error


def growing_pauses() -> Iterator[float]:
    """Seconds between one report and the next try: soon at first, and never long."""
    pause = FIRST_PAUSE
    while True:
        yield pause
        pause = min(pause * _GROWTH, LONGEST_PAUSE)


def _left(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}m{rest:02}s left" if minutes else f"{rest}s left"
