"""The injector `datadog` by the label of its webhook: templates must have it before anything is written."""

from __future__ import annotations

from pathlib import Path

from tests.cluster.cluster import Cluster
from tests.cluster.datadog_webhook import cluster_agent_webhook
from tests.cluster.operator import DatadogOperator
from tests.cluster.reference import healthy_reference
from tests.install.reference import install
from tests.install.refused import refused

FLAGS = (
    *("--injector", "datadog"),
    *("--target", "kube-system/deployment/coredns"),
    *("--target", "shop/deployment/web"),
)
LABEL = {"agent.datadoghq.com/sidecar": "fargate"}


def test_templates_get_the_label_first(cluster: Cluster, operator: DatadogOperator, tmp_path: Path) -> None:
    healthy_reference(cluster, operator=operator, injector=None, fixed_address=None)
    with cluster_agent_webhook(cluster):
        told = refused(cluster, *FLAGS, tmp_path=tmp_path)
        assert "these templates lack it: deployment/coredns -n kube-system, deployment/web -n shop" in told
        assert "patch deployment web -n shop -p" in told
        patch = {"spec": {"template": {"metadata": {"labels": LABEL}}}}
        for name, namespace in (("coredns", "kube-system"), ("web", "shop")):
            cluster.patch("Deployment", name, namespace, patch)
            cluster.wait_rolled_out(name, namespace)

        run = install(cluster, *FLAGS)

        assert run.code == 0, run.out + run.err
        assert "proved by dry-run" in run.out
        assert "a pod that is not selected" in run.out
