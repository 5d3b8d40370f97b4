"""`suppress` in a settings file: what an entry may be, and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kubectl_ddfargate.checks.suppressions import NO_DECISIONS, Suppression
from kubectl_ddfargate.commands.settings import load_given
from kubectl_ddfargate.commands.settings_decisions import decisions_of
from tests.settings.conftest import refused

WriteFile = Callable[[str], Path]


def test_all_entries_with_the_file_that_they_stand_in(file: WriteFile) -> None:
    path = file("suppress: [DDF319 until=2027-06-30 reason=a b, DDF101 reason=c; DDF102 reason=d]")
    found = decisions_of(load_given(path, {}, {}))
    assert found.source == str(path)
    assert found.entries == (
        Suppression("DDF319", "2027-06-30", "a b"),
        Suppression("DDF101", None, "c"),
        Suppression("DDF102", None, "d"),
    )


def test_nothing_given_decides_nothing(file: WriteFile) -> None:
    assert decisions_of(load_given(None, {}, {})) is NO_DECISIONS
    assert decisions_of(load_given(file("suppress: []"), {}, {})) is NO_DECISIONS


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("DDF199 reason=x", "there is no check DDF199"),
        ("DDF391 reason=x", "there is no check DDF391"),
        ("DDF319 reason=x; DDF998 reason=y", "there is no check DDF998"),
        ("DDF319 reason=x; DDF101", '"DDF101" is no decision'),
        ("DDF319 until=2027-02-30 reason=x", '"DDF319 until=2027-02-30 reason=x" is no decision'),
        ("DDF319", '"DDF319" is no decision'),
        ("DDF319 reason=", "is no decision"),
    ],
)
def test_an_entry_that_decides_nothing_is_an_error(file: WriteFile, entry: str, message: str) -> None:
    path = file(f"suppress: ['{entry}']")
    error = refused(path)
    assert error.message.startswith(f"{path}: suppress: ")
    assert message in error.message
