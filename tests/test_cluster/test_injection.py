"""Injectors on the real API server, and the reference clusters that are built with them."""

from __future__ import annotations

import pytest

from tests.cluster.agent import agent
from tests.cluster.api import ApiError, Manifest
from tests.cluster.cluster import Cluster
from tests.cluster.reference import TARGETS, Injector, InstalledBy, healthy_reference
from tests.cluster.story import Stage, story


def _names(pod: Manifest) -> list[str]:
    return [container["name"] for container in pod["spec"]["containers"]]


def _url(pod: Manifest) -> str | None:
    (container,) = (one for one in pod["spec"]["containers"] if one["name"] == "datadog-agent")
    env = {one["name"]: one.get("value") for one in container["env"]}
    return env.get("DD_CLUSTER_AGENT_URL")


def test_a_native_policy_appends_the_agent_in_kube_system(cluster: Cluster) -> None:
    cluster.injector_policy(container=agent(credentials="literal"), labels={"k8s-app": "kube-dns"})
    cluster.workload("coredns", "kube-system", labels={"k8s-app": "kube-dns"}, dns_policy="Default")
    (pod,) = cluster.pods("coredns", "kube-system")
    assert _names(pod) == ["coredns", "datadog-agent"]
    assert pod["spec"]["shareProcessNamespace"] is True


def test_a_native_policy_does_not_see_what_fargates_webhook_adds(cluster: Cluster) -> None:
    """The trap of facts/eks-fargate.md section 7, on a real API server."""
    profile = {"eks.amazonaws.com/fargate-profile": "fp-shop-web"}
    cluster.profile("fp-shop-web", namespace="shop")
    cluster.injector_policy(
        container=agent(credentials="literal"), labels=profile, reinvocation_policy="IfNeeded", wait=False
    )
    cluster.injector_policy("control", container={"name": "control", "image": "x"}, labels={"app": "control"})
    cluster.workload("web", "shop")
    (pod,) = cluster.pods("web", "shop")
    assert pod["metadata"]["labels"].items() >= profile.items()
    assert _names(pod) == ["web"]


def test_the_stand_in_webhook_puts_the_agent_first(cluster: Cluster) -> None:
    cluster.stand_in_webhook(
        container=agent(credentials="literal"), label_sets=[{"app": "web"}], annotations={"datadog-inject": "true"}
    )
    cluster.workload("web", "shop")
    (pod,) = cluster.pods("web", "shop")
    assert _names(pod) == ["datadog-agent", "web"]
    assert pod["metadata"]["annotations"]["datadog-inject"] == "true"


def test_a_webhook_that_acts_on_update_blocks_edits_of_older_pods(cluster: Cluster) -> None:
    cluster.workload("web", "shop")
    (pod,) = cluster.pods("web", "shop")
    cluster.stand_in_webhook(container=agent(credentials="literal"), label_sets=[{"app": "web"}])
    with pytest.raises(ApiError, match="may not add or remove containers"):
        cluster.patch("Pod", pod["metadata"]["name"], "shop", {"metadata": {"labels": {"new": "label"}}})


@pytest.mark.parametrize("installed_by", ["operator", "helm"])
@pytest.mark.parametrize("injector", ["admission-policy", "template", "webhook", None])
def test_the_reference_is_whole(cluster: Cluster, installed_by: InstalledBy, injector: Injector | None) -> None:
    healthy_reference(cluster, installed_by=installed_by, injector=injector)
    for target in TARGETS:
        for pod in cluster.pods(target.name, target.namespace):
            assert pod["spec"]["schedulerName"] == "fargate-scheduler"
            assert ("datadog-agent" in _names(pod)) == (injector is not None)
    fixed = cluster.get("Service", "self-managed-datadog-cluster-agent", "datadog")
    assert fixed is not None
    assert fixed["spec"]["clusterIP"] == "172.20.0.53"
    may = ["auth", "can-i", "get", "nodes", "--subresource=stats", "--as=system:serviceaccount:kube-system:coredns"]
    assert cluster.kubectl(*may).stdout.strip() == "yes"


@pytest.mark.parametrize(
    ("stage", "url"),
    [
        (1, None),
        (2, "https://datadog-cluster-agent.datadog.svc.cluster.local:5005"),
        (3, "https://172.20.177.177:5005"),
    ],
)
def test_the_story_covers_what_it_is_told(cluster: Cluster, stage: Stage, url: str | None) -> None:
    story(cluster, stage=stage, covers=("coredns", "karpenter"))
    for pod in [*cluster.pods("coredns", "kube-system"), *cluster.pods("karpenter", "karpenter")]:
        assert _url(pod) == url
        assert pod["spec"]["dnsPolicy"] == "Default"
    assert all(_names(pod) == ["web"] for pod in cluster.pods("web", "shop"))
