"""A whole diff gives both sides back, and is shortened as `diff -u` would have made it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from kubectl_ddfargate.plan.diffs import short_diff, sides, whole_diff

NUMBERS = "".join(f"{n}\n" for n in range(40))
PAIRS = {
    "created": ("", "a\nb\n"),
    "gone": ("a\nb\n", ""),
    "one line of many": (NUMBERS, NUMBERS.replace("20\n", "twenty\n")),
    "far apart": (NUMBERS, NUMBERS.replace("5\n", "five\n", 1).replace("35\n", "x\n")),
    "lines like headers": ("-- a\n++ b\n@@ c\n", "-- a\n+++ b\n@@ d\n"),
    "empty lines": ("a\n\nb\n", "a\n\n\nc\n"),
}


@pytest.mark.parametrize("name", PAIRS)
def test_both_sides_come_back(name: str) -> None:
    before, after = PAIRS[name]
    assert sides(whole_diff("x", before, after)) == (before, after)


def test_equal_texts_have_no_diff() -> None:
    assert whole_diff("x", NUMBERS, NUMBERS) == ""
    assert short_diff("") == ""


@pytest.mark.parametrize("name", PAIRS)
def test_short_as_the_program_diff(name: str, tmp_path: Path) -> None:
    before, after = PAIRS[name]
    (tmp_path / "a").write_text(before)
    (tmp_path / "b").write_text(after)
    words = ["diff", "-u", "--label", "live/x", "--label", "merged/x", "a", "b"]
    expected = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False).stdout
    assert short_diff(whole_diff("x", before, after)) == expected
