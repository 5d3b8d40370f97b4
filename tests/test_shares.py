"""The run of all tests ends with the names of those that failed: often only the end of a log is kept."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


pytestmark = pytest.mark.computes


def test_last_lines_name_what_failed_in_a_share_that_was_not_shown(tmp_path: Path) -> None:
    file = tmp_path / "test_of_two.py"
    file.write_text("def test_good(): pass\ndef test_bad(): assert 1 == 2, 'what it said'\n")
    done = subprocess.run(
        [sys.executable, "-m", "tests.shares", "--rootdir", str(tmp_path), str(file)],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    *_, share, failed = done.stdout.splitlines()
    assert share.startswith("share alone: exit code 1, 1 failed, 1 passed"), done.stdout
    assert failed.startswith("FAILED test_of_two.py::test_bad (call): AssertionError: what it said"), done.stdout
