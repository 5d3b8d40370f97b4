"""`suppress` of a settings file: what each entry may be, and what `doctor` applies of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from kubectl_ddfargate.commands.settings_problems import meant, shown
from kubectl_ddfargate.model.settings import Given

if TYPE_CHECKING:  # settings are read by commands that need no checks, too
    from kubectl_ddfargate.checks.suppressions import Decisions


def suppressions(entries: Iterable[str]) -> None:
    """Raise ValueError for an entry that is no decision, or one on a check that there is not."""
    from kubectl_ddfargate.checks import BY_ID
    from kubectl_ddfargate.checks.suppressions import parse_all

    for text in entries:
        try:
            found = parse_all(text)
        except ValueError as error:
            wanted = "write it as DDF319 until=2027-06-30 reason=…"
            raise ValueError(f"{shown(error)} is no decision: {wanted}") from None
        for one in found:
            if one.id not in BY_ID:
                raise ValueError(f"there is no check {one.id}{meant(one.id, BY_ID, likeness=0.8)}")


def decisions_of(given: Given) -> Decisions:
    """The decisions of the settings, and the file where they stand."""
    from kubectl_ddfargate.checks.suppressions import NO_DECISIONS, Decisions, parse_all

    entries = given.settings.suppress
    if not entries:
        return NO_DECISIONS
    found = tuple(one for text in entries for one in parse_all(text))
    return Decisions(given.source("suppress", "the settings"), found)
