"""The run of all tests ends with the names of those that failed, and tries a few of them once more."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.computes
_BAD_ONCE = """
from pathlib import Path

def test_bad_once():
    first = not Path("seen").exists()
    Path("seen").touch()
    assert not first
"""


def _run(folder: Path, text: str, *options: str) -> tuple[int, list[str]]:
    """The exit code, and the lines."""
    (folder / "test_of_two.py").write_text(f"def test_good(): pass\n{text}")
    done = subprocess.run(
        [sys.executable, "-m", "tests.shares", "test_of_two.py", *options],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout.splitlines()


def test_what_fails_twice_is_red_and_named_in_the_last_lines(tmp_path: Path) -> None:
    code, lines = _run(tmp_path, "def test_bad(): assert 1 == 2, 'what it said'\n")
    assert code == 1
    *_, failed, last = lines
    assert "share alone: exit code 1, 1 failed, 1 passed" in "\n".join(lines)
    assert failed == "FAILED test_of_two.py::test_bad call: AssertionError: what it said"
    assert last == "failed, and failed again when run alone: ['test_of_two.py::test_bad']"


def test_what_fails_in_the_crowd_alone_is_told_and_not_red(tmp_path: Path) -> None:
    code, lines = _run(tmp_path, _BAD_ONCE)
    assert code == 0, lines
    assert any(line.startswith("FAILED test_of_two.py::test_bad_once call: ") for line in lines)
    assert lines[-1] == "failed, and passed when run alone: ['test_of_two.py::test_bad_once']"


def test_a_share_that_is_red_without_a_failed_test_stays_red(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(
        "def pytest_sessionfinish(session):\n"
        "    if session.config.getoption('--share') == 'writes':\n"
        "        session.exitstatus = 1\n"
    )
    code, lines = _run(tmp_path, _BAD_ONCE)
    assert code == 1
    assert not any("when run alone" in line for line in lines), lines


def test_a_run_that_an_option_cut_short_stays_red(tmp_path: Path) -> None:
    code, lines = _run(tmp_path, _BAD_ONCE, "-x")
    assert code == 1
    assert not any("when run alone" in line for line in lines), lines
