"""Who settles Datadog's own injection, and what it is set to."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from kubectl_ddfargate.facts.datadog_agent import DatadogInjection, datadog_agents, datadog_injection
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.model.kinds import CLUSTER_AGENT_PODS, DATADOG_AGENTS, DEPLOYMENTS
from kubectl_ddfargate.model.snapshot import Snapshot
from tests.cluster.canary import API_KEY

URL = "https://172.20.0.77:5005"
ENV = [{"name": "DD_CLUSTER_AGENT_URL", "value": URL}, {"name": "DD_API_KEY", "value": API_KEY}]
SIDECAR = {"enabled": True, "provider": "fargate", "profiles": [{"env": ENV}]}


def by_operator(controller: dict[str, Any]) -> Index:
    labels = {"agent.datadoghq.com/component": "cluster-agent", "agent.datadoghq.com/name": "datadog"}
    spec = {
        "global": {"clusterName": "prod", "site": "datadoghq.eu"},
        "features": {"admissionController": controller},
    }
    return index_of(
        {"metadata": {"name": "pod", "namespace": "datadog", "labels": labels}},
        agent={"metadata": {"name": "datadog", "namespace": "datadog"}, "spec": spec},
    )


def by_helm(env: dict[str, str]) -> Index:
    labels = {"app.kubernetes.io/managed-by": "Helm", "app.kubernetes.io/instance": "dd"}
    listed = [{"name": name, "value": value} for name, value in env.items()]
    container = {"name": "cluster-agent", "image": "datadog/cluster-agent:7", "env": listed}
    deployment = {
        "metadata": {"name": "dd-datadog-cluster-agent", "namespace": "datadog", "labels": labels},
        "spec": {"template": {"spec": {"containers": [container]}}},
    }
    return index_of(deployment=deployment)


def index_of(pod: Any = None, *, agent: Any = None, deployment: Any = None) -> Index:
    given = {CLUSTER_AGENT_PODS: pod, DATADOG_AGENTS: agent, DEPLOYMENTS: deployment}
    objects = {kind.key: [msgspec.convert(one, kind.record)] for kind, one in given.items() if one is not None}
    return Index(Snapshot(objects=objects, groups={"datadoghq.com/v2alpha1": ["datadogagents"]}))


@pytest.mark.parametrize(
    ("controller", "enabled", "by_label"),
    [
        ({"agentSidecarInjection": SIDECAR}, True, True),
        ({"agentSidecarInjection": {**SIDECAR, "selectors": [{"objectSelector": {}}]}}, True, False),
        ({"enabled": False, "agentSidecarInjection": SIDECAR}, False, False),
        ({"agentSidecarInjection": {**SIDECAR, "enabled": False}}, False, False),
    ],
)
def test_the_operators_settings(controller: dict[str, Any], enabled: bool, by_label: bool) -> None:
    found = datadog_injection(by_operator(controller))
    assert found is not None
    assert (found.installed_by, found.namespace, found.name) == ("operator", "datadog", "datadog")
    assert (found.enabled, found.by_label) == (enabled, by_label)
    assert (found.url, found.profiles) == (URL, 1)
    assert found.variables == ("DD_CLUSTER_AGENT_URL", "DD_API_KEY")


def test_a_datadog_agent_without_the_feature() -> None:
    found = datadog_injection(by_operator({}))
    assert found == DatadogInjection("operator", "datadog", "datadog", profiles=0)


def test_no_literal_of_a_profile_is_kept() -> None:
    index = by_operator({"agentSidecarInjection": SIDECAR})
    kept = msgspec.json.encode(datadog_agents(index))
    assert URL.encode() in kept
    assert b"datadoghq.eu" in kept
    assert API_KEY.encode() not in kept


def test_helm_tells_by_the_cluster_agents_variables() -> None:
    prefix = "DD_ADMISSION_CONTROLLER_AGENT_SIDECAR_"
    on = {f"{prefix}ENABLED": "true", f"{prefix}PROVIDER": "fargate"}
    assert datadog_injection(by_helm({})) == DatadogInjection("helm", "datadog", "dd", profiles=0)
    found = datadog_injection(by_helm({**on, f"{prefix}PROFILES": f'[{{"env": "{API_KEY}"}}]'}))
    assert found == DatadogInjection(
        "helm", "datadog", "dd", enabled=True, wanted=True, provider="fargate", profiles=None
    )
    assert found.by_label
    selected = datadog_injection(by_helm({**on, f"{prefix}SELECTORS": "[]"}))
    assert selected is not None
    assert not selected.by_label


def test_what_nobody_installed_is_nobodys() -> None:
    assert datadog_injection(index_of()) is None
