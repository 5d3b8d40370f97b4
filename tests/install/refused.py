"""An install that must be refused: exit code 1, and not one write."""

from __future__ import annotations

from pathlib import Path

from tests.cluster.cluster import Cluster
from tests.install.reference import install
from tests.install.state import state, writes


def refused(cluster: Cluster, *flags: str, kubeconfig: Path | None = None, tmp_path: Path) -> str:
    """Run an install that must be refused before anything is written: exit code 1. What it told."""
    before = state(cluster)
    trace = tmp_path / "trace"
    run = install(cluster, "--trace-requests", str(trace), *flags, kubeconfig=kubeconfig)
    assert run.code == 1, run.out + run.err
    assert writes(trace) == []
    assert state(cluster) == before
    assert "nothing was written" in run.out + run.err
    return run.out + run.err
