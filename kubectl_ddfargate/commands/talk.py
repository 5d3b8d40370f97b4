"""How a command that writes talks to a person, without knowing a terminal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kubectl_ddfargate.model.plan import Plan


def _nothing(text: str) -> None:
    """Say nothing."""


@dataclass(frozen=True, kw_only=True)
class Talk:
    """What the command line gives to a use case."""

    show: Callable[[Plan], None]
    """Print a plan."""
    confirm: Callable[[str], bool]
    """Ask a question; with --yes always true. Raises UsageError where nobody can be asked."""
    say: Callable[[str], None]
    """One line of result, on stdout."""
    progress: Callable[[str], None] = _nothing
    warn: Callable[[str], None] = _nothing
