"""What a user names must be there."""

from __future__ import annotations

import pytest

from tests.cluster.cluster import Cluster
from tests.cluster.reference import healthy_reference
from tests.cluster.users import rule
from tests.doctor.running import Run, ddfargate


def restart(cluster: Cluster, *words: str) -> Run:
    return ddfargate("restart", "--yes", *words, kubeconfig=cluster.kubeconfig)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["-n", "shopp"], "there is no namespace shopp; did you mean shop?"),
        (["-n", "nowhere-at-all"], "there is no namespace nowhere-at-all\n"),
        (["--target", "shopp/deployment/web"], "there is no namespace shopp; did you mean shop?"),
        (
            ["--target", "shop/deployment/webb"],
            "there is no deployment/webb in namespace shop; did you mean shop/deployment/web?",
        ),
        (["deploy/webb", "-n", "shop"], "there is no deployment/webb in namespace shop; did you mean"),
        (["--target", "datadog/deployment/datadog-cluster-agent"], "has no pods on Fargate"),
        (["--target", "shop/deployment/web", "-n", "karpenter"], "is not in the namespace karpenter of -n"),
        (["--target", "deployment/web"], "NAMESPACE/KIND/NAME is wanted"),
        (["deployment/web"], "in which namespace is deployment/web?"),
        (["web", "-n", "shop"], "web is no workload"),
    ],
)
def test_a_name_that_is_not_there(words: list[str], told: str, cluster: Cluster) -> None:
    healthy_reference(cluster)

    run = restart(cluster, *words)

    assert run.code == 2, run.out + run.err
    assert told in run.err
    assert "nothing to restart" not in run.out


@pytest.mark.parametrize(
    "words", [["deploy/web", "-n", "shop"], ["--target", "shop/deployments.apps/web"], ["-n", "shop"]]
)
def test_a_name_that_is_there(words: list[str], cluster: Cluster) -> None:
    healthy_reference(cluster)

    run = restart(cluster, *words)

    assert run.code == 0, run.out + run.err
    assert "nothing to restart: all 1 Fargate workloads" in run.out


def test_a_namespace_without_pods(cluster: Cluster) -> None:
    healthy_reference(cluster)
    cluster.namespace("empty")

    run = restart(cluster, "-n", "empty")

    assert run.code == 0, run.out + run.err
    assert "nothing to restart: no pods on Fargate" in run.out


def test_whoever_may_not_list_namespaces_is_told_too(cluster: Cluster) -> None:
    healthy_reference(cluster)
    rules = [rule("get", "namespaces"), rule("get list", "pods services"), rule("create", "pods")]
    user = cluster.user("no-lists", rules=rules)

    run = ddfargate("restart", "--yes", "-n", "shopp", kubeconfig=user)

    assert run.code == 2, run.out + run.err
    assert "there is no namespace shopp" in run.err
