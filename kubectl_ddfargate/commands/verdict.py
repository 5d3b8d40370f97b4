"""From a report to the exit code, the same for every output format."""

from __future__ import annotations

from kubectl_ddfargate.errors import ExitCode
from kubectl_ddfargate.model.report import Report, Severity, Status
from kubectl_ddfargate.model.snapshot import DECODE

_AT_LEAST = {
    "error": (Severity.ERROR,),
    "warning": (Severity.ERROR, Severity.WARNING),
    "never": (),
}


def exit_code(report: Report, *, fail_on: str = "error", allow_unknown: bool = False) -> ExitCode:
    """The first that holds: pods unreadable (2), a finding that counts (1), something unknown (3), good (0)."""
    if not report.answered:
        return ExitCode.NO_ANSWER
    if any(f.severity in _AT_LEAST[fail_on] and f.suppressed_by is None for f in report.findings):
        return ExitCode.BAD
    unknown = any(is_partly_unknown(check.status, check.reason) for check in report.checks)
    odd = any(entry.verb == DECODE for entry in report.unread)
    if not allow_unknown and (unknown or odd):
        return ExitCode.PARTIAL
    return ExitCode.GOOD


def is_partly_unknown(status: Status, reason: str) -> bool:
    """Whether a check left a question open. One that failed gives a reason only where more stayed unknown."""
    return status is Status.UNKNOWN or (status is Status.FAIL and bool(reason))
