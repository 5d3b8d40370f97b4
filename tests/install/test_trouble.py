"""Each thing that can be in the way has its own message, exit code 1, and nothing half-done."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cluster.cluster import Cluster
from tests.cluster.operator import DatadogOperator
from tests.cluster.reference import healthy_reference
from tests.doctor.running import ddfargate
from tests.install.reference import bare, install
from tests.install.refused import refused

SERVICE = """
apiVersion: v1
kind: Service
metadata: {name: %(name)s, namespace: %(namespace)s}
spec: {clusterIP: %(address)s, ports: [{port: 80}], selector: {app: other}}
"""


def _service(cluster: Cluster, name: str, namespace: str, address: str) -> None:
    cluster.apply(SERVICE % {"name": name, "namespace": namespace, "address": address})


def test_an_address_that_is_taken(cluster: Cluster, tmp_path: Path) -> None:
    bare(cluster)
    _service(cluster, "holder", "shop", "172.20.0.99")
    told = refused(cluster, "--cluster-agent-ip", "172.20.0.99", tmp_path=tmp_path)
    for words in ("172.20.0.99", "service shop/holder", "172.20.0.53", "172.20.0.1–172.20.1.0"):
        assert words in told


def test_an_address_out_of_range(cluster: Cluster, tmp_path: Path) -> None:
    bare(cluster)
    told = refused(cluster, "--cluster-agent-ip", "10.1.2.3", tmp_path=tmp_path)
    assert "10.1.2.3" in told
    assert "172.20.0.0/16" in told


def test_the_first_choice_is_taken_and_the_next_is_used(cluster: Cluster) -> None:
    bare(cluster)
    _service(cluster, "holder", "shop", "172.20.0.53")
    run = install(cluster)
    assert run.code == 0, run.out + run.err
    assert (
        cluster.existing("Service", "datadog-cluster-agent-fixed", "datadog")["spec"]["clusterIP"] == "172.20.0.54"
    )


def test_the_name_of_the_service_is_taken(cluster: Cluster, tmp_path: Path) -> None:
    bare(cluster)
    _service(cluster, "datadog-cluster-agent-fixed", "datadog", "172.20.0.98")
    told = refused(cluster, tmp_path=tmp_path)
    assert "datadog-cluster-agent-fixed" in told
    assert "not ours" in told or "belongs to" in told


def test_a_policy_of_our_name_that_helm_owns(cluster: Cluster, tmp_path: Path) -> None:
    bare(cluster)
    cluster.apply(
        "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, "
        "metadata: {name: ddfargate-agent-kubelet, labels: {app.kubernetes.io/managed-by: Helm}}, rules: []}",
        manager="helm",
    )
    told = refused(cluster, tmp_path=tmp_path)
    assert "ddfargate-agent-kubelet" in told
    assert "helm" in told
    assert "--force-conflicts" in told
    assert "for the source of clusterrole/ddfargate-agent-kubelet" in told
    assert "nodes/metrics" in told


def test_a_datadog_agent_that_argocd_deploys(cluster: Cluster, operator: DatadogOperator, tmp_path: Path) -> None:
    healthy_reference(cluster, operator=operator, injector=None, fixed_address=None)
    mark = {"metadata": {"labels": {"argocd.argoproj.io/instance": "datadog"}}}
    cluster.patch("DatadogAgent", "datadog", "datadog", mark)
    told = refused(cluster, "--injector", "datadog", tmp_path=tmp_path)
    assert "belongs to argocd" in told
    assert "for the source of datadogagent/datadog -n datadog" in told
    assert "DD_CLUSTER_AGENT_URL" in told


def test_no_source_of_the_token(cluster: Cluster, tmp_path: Path) -> None:
    bare(cluster)
    cluster.delete("Secret", "datadog-token", "datadog")
    told = refused(cluster, tmp_path=tmp_path)
    assert "datadog-token" in told


def test_no_cluster_agent(cluster: Cluster, tmp_path: Path) -> None:
    cluster.workload("web", "shop")
    told = refused(cluster, tmp_path=tmp_path)
    assert "cluster agent" in told


def test_a_policy_kind_that_the_server_does_not_know(cluster: Cluster, tmp_path: Path) -> None:
    bare(cluster)
    told = refused(cluster, "--injector", "kyverno", tmp_path=tmp_path)
    assert "Kyverno" in told


def test_a_target_that_does_not_exist(cluster: Cluster, tmp_path: Path) -> None:
    bare(cluster)
    told = refused(cluster, "--target", "kube-system/deployment/cordns", tmp_path=tmp_path)
    assert "coredns" in told


@pytest.mark.parametrize(
    "flags", [("--cluster-agent-ip", "nonsense"), ("--injector", "kyvern"), ("--target", "web")]
)
def test_wrong_usage(cluster: Cluster, flags: tuple[str, ...]) -> None:
    bare(cluster)
    run = install(cluster, *flags)
    assert run.code == 2, run.out + run.err
    assert flags[1] in run.err


def test_a_quota_that_the_agent_does_not_fit_into(cluster: Cluster, tmp_path: Path) -> None:
    bare(cluster)
    cluster.apply(
        "{apiVersion: v1, kind: ResourceQuota, metadata: {name: small, namespace: shop}, "
        "spec: {hard: {limits.memory: 1Mi}}}"
    )
    # the server refuses by what its quota controller has counted
    cluster.wait_for(
        lambda: cluster.existing("ResourceQuota", "small", "shop").get("status", {}).get("hard"),
        what="the quota is in force",
    )
    told = refused(cluster, "--target", "shop/deployment/web", tmp_path=tmp_path)
    assert "deployment/web -n shop" in told
    assert "quota" in told


def test_no_server(cluster: Cluster, tmp_path: Path) -> None:
    run = ddfargate("install", "--yes", "--server", "https://127.0.0.1:1", kubeconfig=cluster.kubeconfig)
    assert run.code == 2
