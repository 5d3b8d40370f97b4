"""What would refuse the agent is found before there is a policy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import replace

from kubectl_ddfargate.cluster import connect
from kubectl_ddfargate.cluster.gateway import Gateway
from kubectl_ddfargate.commands.proving import fits
from kubectl_ddfargate.model.connection import ConnectionFlags
from kubectl_ddfargate.model.design import Design
from tests.cluster.agent import agent
from tests.cluster.cluster import Cluster
from tests.cluster.reference import COMMON_LABEL
from tests.cluster.users import rule
from tests.proving.test_proving import WEB, design

SMALL: dict[str, Any] = {
    "name": "web",
    "image": "x",
    "resources": {"requests": {"cpu": "100m"}},
    "securityContext": {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "runAsNonRoot": True,
        "seccompProfile": {"type": "RuntimeDefault"},
    },
}


@pytest.fixture
def gateway(cluster: Cluster) -> Iterator[Gateway]:
    with connect(ConnectionFlags(kubeconfig=str(cluster.kubeconfig))) as opened:
        yield opened


def web(cluster: Cluster) -> Design:
    cluster.workload("web", "shop", labels={"app": "web", **COMMON_LABEL}, containers=[SMALL])
    made = design(WEB)
    return replace(made, agent=replace(made.agent, requests={"cpu": "200m", "memory": "256Mi"}))


def quota(cluster: Cluster, cpu: str) -> None:
    """A quota, once the controller has reckoned what is used."""
    metadata = {"name": "small", "namespace": "shop"}
    cluster.apply(
        {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": metadata, "spec": {"hard": {"requests.cpu": cpu}}}
    )

    def reckoned() -> bool:
        status = cluster.existing("ResourceQuota", "small", "shop").get("status", {})
        return bool(status.get("used", {}).get("requests.cpu") == "100m")

    cluster.wait_for(reckoned, what="the quota is reckoned")


def test_what_fits(cluster: Cluster, gateway: Gateway) -> None:
    made = web(cluster)
    quota(cluster, "10")

    assert fits(gateway, made, made.targets) == ()


def test_a_quota(cluster: Cluster, gateway: Gateway) -> None:
    made = web(cluster)
    quota(cluster, "250m")

    (refusal,) = fits(gateway, made, made.targets)

    assert refusal.target == "deployment/web -n shop"
    assert "exceeded quota: small" in refusal.message
    assert not refusal.even_without


def test_a_quota_that_is_used_up_already(cluster: Cluster, gateway: Gateway) -> None:
    made = web(cluster)
    quota(cluster, "150m")

    (refusal,) = fits(gateway, made, made.targets)

    assert refusal.even_without
    assert "and without the agent: " in refusal.message


def test_pod_security(cluster: Cluster, gateway: Gateway) -> None:
    made = web(cluster)
    cluster.patch(
        "Namespace", "shop", None, {"metadata": {"labels": {"pod-security.kubernetes.io/enforce": "restricted"}}}
    )

    (refusal,) = fits(gateway, made, made.targets)

    assert 'violates PodSecurity "restricted' in refusal.message
    assert 'container "datadog-agent"' in refusal.message
    assert not refusal.even_without


def test_a_caller_who_may_not_try(cluster: Cluster) -> None:
    made = web(cluster)
    kubeconfig = cluster.user("reader", rules=[rule("get", "deployments", "apps")])

    with connect(ConnectionFlags(kubeconfig=str(kubeconfig))) as gateway:
        (refusal,) = fits(gateway, made, made.targets)

    assert "you lack create pods -n shop" in refusal.message


def test_a_target_that_is_not_there_is_nobodys_trouble(cluster: Cluster, gateway: Gateway) -> None:
    assert fits(gateway, design(WEB), [WEB]) == ()


def test_a_template_that_holds_the_agent_gets_no_second(cluster: Cluster, gateway: Gateway) -> None:
    containers = [SMALL, agent(credentials="literal")]
    cluster.workload("web", "shop", labels={"app": "web", **COMMON_LABEL}, containers=containers)

    assert fits(gateway, design(WEB), [WEB]) == ()
