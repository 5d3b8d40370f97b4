"""How an install ends that was begun and not carried out to its end."""

from __future__ import annotations

from kubectl_ddfargate.errors import DdfargateError, ExitCode

LOOK = "run doctor: it names what keeps it from acting"
"""The next step where a policy does not do what it should."""
CONTINUES = "run the same command again: it continues from where this one stopped"


class NotAppliedError(DdfargateError):
    """The plan was carried out in part, or was taken back. The next run continues from there."""

    exit_code = ExitCode.BAD


class NotProvedError(Exception):
    """The policy is applied, and does not do what it should."""
