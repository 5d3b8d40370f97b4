"""The signs in front of a line. Each stands beside a word, so that colour and sign are never all there is."""

from __future__ import annotations

from enum import Enum

import click
import msgspec

from kubectl_ddfargate.model.report import CheckResult, Severity, Status


class Mark(Enum):
    """Worst first: sign, sign in ASCII, colour; without one it steps back.

    Not bright black: in some themes of terminals that is the background.
    """

    ERROR = ("×", "x", "red")
    WARNING = ("‼", "!", "yellow")
    UNKNOWN = ("?", "?", "magenta")
    NOTE = ("i", "i", "cyan")
    PASSED = ("√", "ok", "green")
    SKIPPED = ("–", "-", "")


OF_SEVERITY = {Severity.ERROR: Mark.ERROR, Severity.WARNING: Mark.WARNING, Severity.INFO: Mark.NOTE}

OF_STATUS = {Status.PASS: Mark.PASSED, Status.SKIP: Mark.SKIPPED, Status.UNKNOWN: Mark.UNKNOWN}

_ASCII = str.maketrans(
    {
        "→": "->", "←": "<-", "·": "-", "–": "-", "—": "-", "…": "...", "≥": ">=", "≤": "<=",
        "“": '"', "”": '"', "‘": "'", "’": "'", "√": "ok", "×": "x", "‼": "!", "\u00a0": " ",
    }
)  # fmt: skip


def is_partly_unknown(check: CheckResult) -> bool:
    """Whether a check that failed could not look at everything: then it gives a reason as well."""
    return check.status is Status.FAIL and bool(check.reason)


class Ink(msgspec.Struct, frozen=True, kw_only=True):
    """Colour and character set of the output."""

    color: bool
    ascii: bool

    def sign(self, mark: Mark) -> str:
        """The sign, coloured."""
        sign, plain, color = mark.value
        return self._styled(plain if self.ascii else sign, color)

    def strong(self, text: str) -> str:
        """A text that stands out."""
        return click.style(text, bold=True) if self.color else text

    def faint(self, text: str) -> str:
        """A text that steps back."""
        return click.style(text, dim=True) if self.color else text

    def plain(self, text: str) -> str:
        """The text in the characters that the output has."""
        return text.translate(_ASCII).encode("ascii", "replace").decode() if self.ascii else text

    def _styled(self, text: str, color: str) -> str:
        if not color:
            return self.faint(text)
        return click.style(text, fg=color, bold=True) if self.color else text


def plural(count: int, noun: str) -> str:
    """`1 pod`, `2 pods`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
