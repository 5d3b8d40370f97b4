"""The three ways to call it, as a process: all work, and each prints what can be typed as it stands."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(sys.executable).with_name("kubectl-ddfargate")


def usage(*command: str | Path) -> str:
    done = subprocess.run([*command, "doctor", "--help"], capture_output=True, text=True, check=True)
    return done.stdout


@pytest.mark.parametrize("name", ["kubectl-ddfargate", "kubectl-ddfargate.exe"])
def test_a_file_of_the_plugins_name_says_kubectl_ddfargate(tmp_path: Path, name: str) -> None:
    link = tmp_path / name
    link.symlink_to(SCRIPT)
    assert "kubectl ddfargate doctor" in usage(link)
    assert "kubectl-ddfargate doctor" not in usage(link)


def test_as_a_python_module_it_says_so() -> None:
    text = usage(sys.executable, "-m", "kubectl_ddfargate")
    assert "python -m kubectl_ddfargate doctor [" in text
    assert "kubectl ddfargate doctor [" not in text


def test_kubectl_finds_it(kubectl: Path, tmp_path: Path) -> None:
    (tmp_path / "kubectl-ddfargate").symlink_to(SCRIPT)
    done = subprocess.run(
        [kubectl, "ddfargate", "nosuch"], capture_output=True, text=True, check=False, env={"PATH": str(tmp_path)}
    )
    assert done.returncode == 2
    assert "next: kubectl ddfargate --help" in done.stderr
