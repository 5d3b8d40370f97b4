"""Where no node can run these tests are left out, and say so; CI fails unless root or `unshare` are lacking."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cluster.node.namespaces import REPOSITORY

# Where something is lacking already, that would mix with what is tried.
pytestmark = pytest.mark.usefixtures("node")


def _run_without(program: str, folder: Path, *, ci: str) -> subprocess.CompletedProcess[str]:
    """A test of this suite, run with a PATH on which a program is missing."""
    for entry in (Path(one) for one in os.environ["PATH"].split(":")):
        for path in entry.glob("*"):
            place = folder / path.name
            if path.name != program and not place.is_symlink():
                place.symlink_to(path)
    quiet_pytest = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    command = [*quiet_pytest, "tests/e2e/test_node.py", "-k", "kubelet"]
    environment = {**os.environ, "PATH": str(folder), "CI": ci}
    return subprocess.run(
        command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False, timeout=60
    )


@pytest.mark.parametrize("ci", ["true", ""])
def test_no_ci_must_have_unshare(tmp_path: Path, ci: str) -> None:
    run = _run_without("unshare", tmp_path, ci=ci)
    assert run.returncode == 0, run.stdout
    assert "tests/e2e WAS LEFT OUT" in run.stdout
    assert "nothing was tried on a real node: not on PATH: unshare" in run.stdout


def test_anything_else_ci_must_have(tmp_path: Path) -> None:
    run = _run_without("sysctl", tmp_path, ci="true")
    assert run.returncode == 1, run.stdout
    assert "CI must run the tests on a real node: not on PATH: sysctl" in run.stdout
