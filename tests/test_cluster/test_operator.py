"""The real Datadog Operator beside the test cluster: what it makes of a DatadogAgent."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

from tests.cluster import canary
from tests.cluster.cluster import Cluster
from tests.cluster.engines import Engines
from tests.cluster.kyverno import Kyverno
from tests.cluster.operator import DatadogOperator
from tests.cluster.reference import TARGETS, healthy_reference

SIDECAR = "DD_ADMISSION_CONTROLLER_AGENT_SIDECAR_"


def test_the_operator_makes_the_cluster_agent(cluster: Cluster, operator: DatadogOperator) -> None:
    healthy_reference(cluster, operator=operator)
    token = cluster.existing("Secret", "datadog-token", "datadog")
    assert b64decode(token["data"]["token"]).decode() == canary.TOKEN
    service = cluster.existing("Service", "datadog-cluster-agent", "datadog")
    assert service["spec"]["selector"] == {
        "agent.datadoghq.com/component": "cluster-agent",
        "agent.datadoghq.com/name": "datadog",
    }
    assert operator.cluster_agent_env()["DD_CLUSTER_NAME"] == "prod-eu"
    assert cluster.items("DaemonSet") == []


def test_the_operator_renders_profiles_and_selectors(cluster: Cluster, operator: DatadogOperator) -> None:
    """The exact texts that the cluster agent reads."""
    healthy_reference(cluster, operator=operator)
    assert not [name for name in operator.cluster_agent_env() if name.startswith(SIDECAR)]
    profile: dict[str, Any] = {"env": [{"name": "DD_CLUSTER_AGENT_URL", "value": "https://172.20.0.53:5005"}]}
    settings: dict[str, Any] = {"enabled": True, "provider": "fargate", "profiles": [profile]}
    operator.configure_sidecars(settings)
    cluster.wait_for(lambda: f"{SIDECAR}PROFILES" in operator.cluster_agent_env(), what="profiles")
    env = operator.cluster_agent_env()
    assert env[f"{SIDECAR}ENABLED"] == "true"
    assert env[f"{SIDECAR}PROVIDER"] == "fargate"
    assert env[f"{SIDECAR}PROFILES"] == (
        '[{"env":[{"name":"DD_CLUSTER_AGENT_URL","value":"https://172.20.0.53:5005"}]}]'
    )
    assert f"{SIDECAR}SELECTORS" not in env

    selectors = [
        {"objectSelector": {"matchLabels": {"compute-type": "Fargate"}}},
        {"namespaceSelector": {"matchExpressions": [{"key": "team", "operator": "In", "values": ["shop"]}]}},
    ]
    operator.configure_sidecars({"selectors": selectors})
    cluster.wait_for(lambda: f"{SIDECAR}SELECTORS" in operator.cluster_agent_env(), what="selectors")
    assert operator.cluster_agent_env()[f"{SIDECAR}SELECTORS"] == (
        '[{"objectSelector":{"matchLabels":{"compute-type":"Fargate"}}},'
        '{"namespaceSelector":{"matchExpressions":[{"key":"team","operator":"In","values":["shop"]}]}}]'
    )
    cluster.wait_rolled_out("datadog-cluster-agent", "datadog")


def test_an_operator_that_was_down_catches_up(cluster: Cluster, operator: DatadogOperator) -> None:
    healthy_reference(cluster, operator=operator)
    operator.kill()
    operator.configure_sidecars({"enabled": True, "provider": "fargate"})
    assert f"{SIDECAR}ENABLED" not in operator.cluster_agent_env()
    operator.restart()
    cluster.wait_for(lambda: f"{SIDECAR}ENABLED" in operator.cluster_agent_env(), what="the sidecars")


def test_the_reference_by_both_engines_and_then_without_operator(
    cluster: Cluster, kyverno: Kyverno, operator: DatadogOperator, engines: Engines
) -> None:
    healthy_reference(cluster, injector="kyverno", kyverno=kyverno, operator=operator)
    for target in TARGETS:
        for pod in cluster.pods(target.name, target.namespace):
            assert pod["spec"]["containers"][-1]["name"] == "datadog-agent"

    engines.prepare({"kyverno"})

    assert kyverno.running
    assert not operator.running
    assert not [one for one in cluster.items("CustomResourceDefinition") if "datadoghq" in one["metadata"]["name"]]
    assert "datadoghq" not in cluster.kubectl("api-resources").stdout
