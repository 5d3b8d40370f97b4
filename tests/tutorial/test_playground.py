"""The playground itself: `up` always begins from the start."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.tutorial.conftest import ROOT


def playground(action: str, env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.cluster", action]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **env}, check=True, capture_output=True, text=True)


def test_another_up_begins_from_the_start(control_plane: Mapping[str, str], kubectl: Path, tmp_path: Path) -> None:
    folder = tmp_path / "playground"
    env = {**control_plane, "TESTCLUSTER_PLAYGROUND": str(folder)}

    def workloads() -> str:
        words = ["--kubeconfig", str(folder / "admin.kubeconfig"), "get", "deployments", "-A", "-o", "name"]
        return subprocess.run([kubectl, *words], check=True, capture_output=True, text=True).stdout

    try:
        playground("up", env)
        before, first = workloads(), json.loads((folder / "processes.json").read_text(encoding="utf-8"))
        words = ["--kubeconfig", str(folder / "admin.kubeconfig"), "delete", "deployment", "web", "-n", "shop"]
        subprocess.run([kubectl, *words], check=True, capture_output=True)
        assert workloads() != before

        again = playground("up", env)

        assert "ending the playground that runs" in again.stderr
        assert workloads() == before
        # Processes in one folder would fight over it.
        assert not set(first.values()) & set(
            json.loads((folder / "processes.json").read_text(encoding="utf-8")).values()
        )
    finally:
        assert "ended" in playground("down", env).stdout


@pytest.mark.parametrize("named", [True, False])
def test_its_end_reminds_of_a_kubeconfig_that_leads_to_nothing(named: bool, tmp_path: Path) -> None:
    kubeconfig = tmp_path / "playground" / "admin.kubeconfig" if named else tmp_path / "config"
    env = {"TESTCLUSTER_PLAYGROUND": str(tmp_path / "playground"), "KUBECONFIG": f"x{os.pathsep}{kubeconfig}"}
    said = playground("down", env).stdout
    assert ("unset KUBECONFIG" in said) is named


@pytest.mark.parametrize("named", [True, False])
def test_its_end_reminds_of_a_path_that_leads_to_nothing(named: bool, tmp_path: Path) -> None:
    folder = tmp_path / "playground"
    more = f"{folder / 'bin'}{os.pathsep}" if named else ""
    env = {"TESTCLUSTER_PLAYGROUND": str(folder), "PATH": f"{more}{os.environ['PATH']}"}
    assert ("hash -r" in playground("down", env).stdout) is named
