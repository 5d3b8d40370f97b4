"""An uninstall that is killed at any of its writes leaves what the next one brings to its end."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cluster.cluster import Cluster
from tests.install.killing import killed_after
from tests.install.reference import NAMESPACES, bare, install, uninstall
from tests.install.state import State, pods, state, writes

TARGET = ("--target", "kube-system/Deployment/coredns")


@pytest.mark.parametrize("words", [(), ("--restart",)], ids=["without", "with-restart"])
def test_killed_at_each_write(cluster: Cluster, tmp_path: Path, words: tuple[str, ...]) -> None:
    before, pods_before = _installed(cluster, *words)
    trace = tmp_path / "whole"
    assert uninstall(cluster, *words, "--trace-requests", str(trace)).code == 0
    count = len(writes(trace))
    assert count >= (8 if words else 6)
    for number in range(1, count):
        cluster.reset()
        before, pods_before = _installed(cluster, *words)
        killed_after(cluster, number, tmp_path / f"trace-{number}", "--settle", "1s", *words, command="uninstall")
        again = uninstall(cluster, *words)
        assert again.code == 0, f"after write {number}: {again.out}{again.err}"
        assert state(cluster) == before, f"after write {number}"
        assert pods(cluster, NAMESPACES) == pods_before


def _installed(cluster: Cluster, *words: str) -> tuple[State, dict[str, list[str]]]:
    """An install; what stood there before it."""
    bare(cluster)
    before = state(cluster), pods(cluster, NAMESPACES)
    run = install(cluster, *TARGET, *words)
    assert run.code == 0, run.out + run.err
    return before
