"""The fields of the DatadogAgent, taken by the real Datadog Operator."""

from __future__ import annotations

import json
from typing import Any

from msgspec.structs import replace

from kubectl_ddfargate.manifests import desired_objects
from kubectl_ddfargate.model.design import Design
from tests.cluster import canary
from tests.cluster.cluster import Cluster
from tests.cluster.operator import DatadogOperator
from tests.manifests.designs import COREDNS, URL, design, with_agent
from tests.manifests.test_golden import PROFILE

_PREFIX = "DD_ADMISSION_CONTROLLER_AGENT_SIDECAR_"
_AGENT: dict[str, Any] = {
    "apiVersion": "datadoghq.com/v2alpha1",
    "kind": "DatadogAgent",
    "metadata": {"name": "datadog", "namespace": "datadog"},
    "spec": {
        "global": {
            "clusterName": "prod-eu",
            "credentials": {"apiSecret": {"secretName": "datadog-secret", "keyName": "api-key"}},
        }
    },
}


def _configured(cluster: Cluster, operator: DatadogOperator, given: Design) -> dict[str, Any]:
    """What the Operator tells the cluster agent, after our fields were applied."""
    cluster.namespace("datadog")
    cluster.secret("datadog-secret", "datadog", {"api-key": canary.API_KEY})
    operator.install_agent(_AGENT)
    patch = json.dumps(desired_objects(given)[-1].manifest)
    command = ["apply", "--server-side", "--validate=strict", "--field-manager=kubectl-ddfargate", "-f", "-"]
    done = cluster.kubectl(*command, stdin=patch)
    assert done.returncode == 0, done.stderr
    cluster.wait_for(
        lambda: operator.cluster_agent_env().get(f"{_PREFIX}PROFILES"),
        what="the cluster agent is told the profile",
        deadline=40,
    )
    found = operator.cluster_agent_env()
    return {name.removeprefix(_PREFIX): found[name] for name in found if name.startswith(_PREFIX)}


def test_the_cluster_agent_is_told_the_address_and_the_pods(cluster: Cluster, operator: DatadogOperator) -> None:
    given = replace(with_agent(design("DatadogAgent"), read_only_root=True), scope=PROFILE)

    told = _configured(cluster, operator, given)

    assert (told["ENABLED"], told["PROVIDER"], told["CLUSTER_AGENT_ENABLED"]) == ("true", "fargate", "true")
    (profile,) = json.loads(told["PROFILES"])
    assert {entry["name"]: entry["value"] for entry in profile["env"]} == {"DD_CLUSTER_AGENT_URL": URL}
    assert profile["resources"]["limits"] == {"cpu": "200m", "memory": "256Mi"}
    assert profile["securityContext"] == {"readOnlyRootFilesystem": True}
    (selector,) = json.loads(told["SELECTORS"])
    assert selector["namespaceSelector"]["matchExpressions"][0]["values"] == ["kube-system", "shop"]
    assert [one["key"] for one in selector["objectSelector"]["matchExpressions"]] == [
        "eks.amazonaws.com/fargate-profile",
        "ddfargate/inject",
    ]


def test_several_workloads_leave_it_to_datadogs_label(cluster: Cluster, operator: DatadogOperator) -> None:
    assert "SELECTORS" not in _configured(cluster, operator, design("DatadogAgent"))


def test_one_workload_is_selected_by_its_own_labels(cluster: Cluster, operator: DatadogOperator) -> None:
    told = _configured(cluster, operator, design("DatadogAgent", COREDNS))
    (selector,) = json.loads(told["SELECTORS"])
    assert selector["objectSelector"]["matchLabels"] == dict(COREDNS.labels)
