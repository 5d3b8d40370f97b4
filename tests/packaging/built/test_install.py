"""`install` of the program without Python: a plan with the server's own answers, and nothing written."""

from __future__ import annotations

from tests.cluster.cluster import Cluster
from tests.cluster.reference import healthy_reference
from tests.packaging.built.conftest import Plugin


def test_a_dry_run_shows_the_plan_and_writes_nothing(plugin: Plugin, cluster: Cluster) -> None:
    healthy_reference(cluster, injector=None, fixed_address=None)
    words = ("--injector", "admission-policy", "--kubeconfig", str(cluster.kubeconfig))
    assert plugin("diff", *words).code == 1
    run = plugin("install", *words, "--dry-run=server")
    assert run.code == 0, run.out + run.err
    assert "datadog-cluster-agent-fixed" in run.out
    assert cluster.get("Service", "datadog-cluster-agent-fixed", "datadog") is None
    assert cluster.get("MutatingAdmissionPolicy", "ddfargate-agent-sidecar") is None
