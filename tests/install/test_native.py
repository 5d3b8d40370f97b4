"""The whole way with the native policy: nothing there, the cure, nothing to do, and back again."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cluster.cluster import Cluster
from tests.cluster.reference import InstalledBy
from tests.doctor.running import ddfargate
from tests.install.reference import NAMESPACES, bare, install, uninstall
from tests.install.state import pods, state, writes


@pytest.mark.parametrize("installed_by", ["operator", "helm"])
def test_from_nothing_to_good_and_back(cluster: Cluster, tmp_path: Path, installed_by: InstalledBy) -> None:
    bare(cluster, installed_by=installed_by)
    before, pods_before = state(cluster), pods(cluster, NAMESPACES)
    assert ddfargate("doctor", kubeconfig=cluster.kubeconfig).code == 1

    run = install(cluster, "--restart")
    assert run.code == 0, run.out + run.err
    assert "service/datadog-cluster-agent-fixed" in run.out
    doctor = ddfargate("doctor", "--fail-on", "error", kubeconfig=cluster.kubeconfig)
    assert doctor.code == 0, doctor.out

    trace = tmp_path / "trace"
    again = install(cluster, "--trace-requests", str(trace))
    assert again.code == 0, again.out + again.err
    assert "nothing to change" in again.out
    assert writes(trace) == []
    assert ddfargate("diff", kubeconfig=cluster.kubeconfig).code == 0

    gone = uninstall(cluster, "--restart")
    assert gone.code == 0, gone.out + gone.err
    assert state(cluster) == before
    assert pods(cluster, NAMESPACES) == pods_before


def test_a_plan_that_is_not_confirmed_writes_nothing(cluster: Cluster, tmp_path: Path) -> None:
    bare(cluster)
    before = state(cluster)
    trace = tmp_path / "trace"

    run = ddfargate("install", "--trace-requests", str(trace), kubeconfig=cluster.kubeconfig)

    assert run.code == 2
    assert "create" in run.out
    assert "--yes" in run.err
    assert writes(trace) == []
    assert state(cluster) == before


def test_diff_shows_and_writes_nothing(cluster: Cluster, tmp_path: Path) -> None:
    bare(cluster)
    trace = tmp_path / "trace"

    run = ddfargate("diff", "--trace-requests", str(trace), kubeconfig=cluster.kubeconfig)

    assert run.code == 1, run.out + run.err
    assert "+  name: ddfargate-agent-sidecar" in run.out
    assert writes(trace) == []
