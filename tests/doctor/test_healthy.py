"""The healthy reference, with each injector: nothing that a Fargate expert would call wrong."""

from __future__ import annotations

import pytest

from tests.cluster.cluster import Cluster
from tests.cluster.kyverno import Kyverno
from tests.cluster.reference import Injector, healthy_reference
from tests.doctor.running import ddfargate

TRUE_WARNINGS = {"DDF601"}
"""Any agent costs these workloads a size: that is said, and right."""


@pytest.mark.parametrize("injector", ["admission-policy", "webhook", "template"])
def test_with_what_the_server_or_a_person_injects(injector: Injector, cluster: Cluster) -> None:
    healthy_reference(cluster, injector=injector)
    _is_content(cluster)


def test_with_the_real_kyverno(cluster: Cluster, kyverno: Kyverno) -> None:
    healthy_reference(cluster, injector="kyverno", kyverno=kyverno)
    _is_content(cluster)


def _is_content(cluster: Cluster) -> None:
    run = ddfargate("doctor", "--prove", "--logs", "-o", "json", kubeconfig=cluster.kubeconfig)
    assert run.code == 0, run.out
    assert run.findings("error", "warning").keys() <= TRUE_WARNINGS, run.out
    # All four have their agent, and it reaches the cluster agent.
    rows = run.report["workloads"]
    assert {row["agent"] for row in rows} == {"sidecar"}
    assert {row["endpoint"]["reaches"] for row in rows} == {"cluster-agent"}
