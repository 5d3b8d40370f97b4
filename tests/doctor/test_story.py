"""The incident that the tool grew from reads true at each of its stages (facts: README, docs/architecture.md)."""

from __future__ import annotations

from tests.cluster.cluster import Cluster
from tests.cluster.story import story
from tests.doctor.running import ddfargate


def test_stage_1_a_policy_without_url(cluster: Cluster) -> None:
    story(cluster, stage=1, credentials="secret")

    run = ddfargate("doctor", "-o", "json", kubeconfig=cluster.kubeconfig)

    assert run.findings("error") == {"DDF208": ["coredns"]}
    assert run.code == 1
    row = next(row for row in run.report["workloads"] if row["name"] == "coredns")
    assert row["endpoint"]["reaches"] == "nothing"
    assert row["dns"] == "node"


def test_stage_2_a_name_on_coredns_alone(cluster: Cluster) -> None:
    story(cluster, stage=2, credentials="secret")

    run = ddfargate("doctor", "-o", "json", kubeconfig=cluster.kubeconfig)

    assert run.findings("error") == {"DDF101": ["coredns"]}
    assert run.code == 1


def test_stage_2_a_name_on_all_hits_node_dns_only(cluster: Cluster) -> None:
    story(cluster, stage=2, covers=("coredns", "karpenter", "web"), credentials="secret")

    run = ddfargate("doctor", "-o", "json", kubeconfig=cluster.kubeconfig)

    assert sorted(run.findings("error")["DDF101"]) == ["coredns", "karpenter"]
    assert list(run.findings("error")) == ["DDF101"]
    web = next(row for row in run.report["workloads"] if row["name"] == "web")
    assert (web["dns"], web["endpoint"]["reaches"]) == ("cluster", "cluster-agent")


def test_stage_3_leaves_the_credentials_in_clear(cluster: Cluster) -> None:
    story(cluster, stage=3, credentials="literal")

    run = ddfargate("doctor", "-o", "json", kubeconfig=cluster.kubeconfig)

    assert run.findings("error") == {"DDF405": ["coredns"]}
    assert run.code == 1
    row = next(row for row in run.report["workloads"] if row["name"] == "coredns")
    assert row["endpoint"]["reaches"] == "cluster-agent"


def test_stage_3_with_secrets_is_good(cluster: Cluster) -> None:
    story(cluster, stage=3, credentials="secret")

    run = ddfargate("doctor", "-o", "json", kubeconfig=cluster.kubeconfig)

    assert run.findings("error") == {}
    warnings = run.findings("warning")
    assert warnings.pop("DDF214") == ["self-managed-datadog-cluster-agent", "coredns"]
    assert sorted(warnings.pop("DDF319")) == ["karpenter", "metrics-server", "web"]
    # what its policy costs, and that its image names no version
    assert warnings == {"DDF601": ["coredns"], "DDF705": ["coredns"]}
    assert run.code == 0
    assert ddfargate("doctor", "--fail-on", "warning", kubeconfig=cluster.kubeconfig).code == 1


def test_twice_the_same_words(cluster: Cluster) -> None:
    story(cluster, stage=2, covers=("coredns", "karpenter", "web"))

    def words() -> list[str]:
        lines = ddfargate("doctor", "--show", "all", kubeconfig=cluster.kubeconfig).out.splitlines()
        return lines[1:]  # the first line says how long the reading took

    assert words() == words()
