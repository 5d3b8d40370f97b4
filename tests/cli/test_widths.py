"""What needs no cluster, on a terminal of 80 columns, piped, and where only a DOS code page is to be had."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Sequence

import pytest

from kubectl_ddfargate.checks import CHECKS
from tests.screenshots.terminal import EXECUTABLE, on_terminal

pytestmark = pytest.mark.computes

_ANSI = re.compile(r"\x1b\[[0-9;]*m")
ALL = ",".join(check.id for check in CHECKS)


def shown(*words: str, columns: int = 80) -> list[str]:
    return _ANSI.sub("", on_terminal(words, columns=columns)).splitlines()


def piped(words: Sequence[str], **env: str) -> bytes:
    done = subprocess.run([EXECUTABLE, *words], capture_output=True, check=True, env={**os.environ, **env})
    return done.stdout


@pytest.mark.parametrize("words", [("checks",), ("version", "--client")], ids=" ".join)
def test_a_table_fits_and_says_the_same_as_piped(words: tuple[str, ...]) -> None:
    lines = shown(*words)
    assert [line for line in lines if len(line) > 80] == []
    assert " ".join(lines).split() == piped(words).decode().split()
    assert "\n".join(shown(*words, columns=200)) + "\n" == piped(words).decode()


def test_a_page_fits_and_breaks_no_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAGER", "cat")
    lines = shown("explain", ALL)
    long = [line.strip() for line in lines if len(line) > 80]
    assert [line for line in long if " " in line and not line.startswith("`kubectl ")] == []
    for check in CHECKS:
        assert any(f"kubectl ddfargate doctor --print-rbac --check {check.id}" in line for line in lines)


@pytest.mark.parametrize(
    "words",
    [("explain", ALL), ("checks",), ("version", "--client")],
    ids=lambda words: words[0],
)
def test_a_code_page_without_our_signs_gets_ascii(words: tuple[str, ...]) -> None:
    assert piped(words, PYTHONIOENCODING="cp437").isascii()
