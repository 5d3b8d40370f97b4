"""The injector `datadog`, on the real Operator: the DatadogAgent is patched, and rendered by its owner."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cluster.cluster import Cluster
from tests.cluster.kyverno import Kyverno
from tests.cluster.operator import DatadogOperator
from tests.cluster.reference import healthy_reference
from tests.cluster.story import story
from tests.doctor.running import ddfargate
from tests.install.reference import install, uninstall
from tests.install.state import writes

FLAGS = ("--injector", "datadog")
PREFIX = "DD_ADMISSION_CONTROLLER_AGENT_SIDECAR_"


def test_the_operator_renders_what_was_installed(
    cluster: Cluster, operator: DatadogOperator, tmp_path: Path
) -> None:
    healthy_reference(cluster, operator=operator, injector=None, fixed_address=None)
    before = cluster.existing("DatadogAgent", "datadog", "datadog")["spec"]

    run = install(cluster, *FLAGS)
    assert run.code == 0, run.out + run.err
    assert "datadogagent/datadog -n datadog configured" in run.out
    env = operator.cluster_agent_env()
    profiles = json.loads(env[f"{PREFIX}PROFILES"] or "")
    address = cluster.existing("Service", "datadog-cluster-agent-fixed", "datadog")["spec"]["clusterIP"]
    url = {"name": "DD_CLUSTER_AGENT_URL", "value": f"https://{address}:5005"}
    assert url in profiles[0]["env"]
    assert env[f"{PREFIX}PROVIDER"] == "fargate"

    trace = tmp_path / "trace"
    again = install(cluster, *FLAGS, "--trace-requests", str(trace))
    assert again.code == 0, again.out + again.err
    assert writes(trace) == []
    assert ddfargate("diff", *FLAGS, kubeconfig=cluster.kubeconfig).code == 0

    gone = uninstall(cluster)
    assert gone.code == 0, gone.out + gone.err
    after = cluster.existing("DatadogAgent", "datadog", "datadog")["spec"]
    assert after == before


def test_from_the_story_the_old_policy_stays_until_the_webhook_serves(
    cluster: Cluster, operator: DatadogOperator, kyverno: Kyverno, tmp_path: Path
) -> None:
    story(cluster, stage=2, kyverno=kyverno, operator=operator)
    refused = install(cluster, *FLAGS, folder=tmp_path)
    assert refused.code == 1, refused.out + refused.err

    run = install(cluster, *FLAGS, "--replace-existing", folder=tmp_path)
    assert run.code == 0, run.out + run.err
    assert "DD_CLUSTER_AGENT_URL" in (operator.cluster_agent_env()[f"{PREFIX}PROFILES"] or "")
    # No cluster agent runs here that could register its webhook: until it does, the old one goes on.
    assert cluster.get("ClusterPolicy", "add-datadog-sidecar") is not None
    assert "run the same command again: it proves, and takes away what is replaced" in run.out
    cluster.rollout_restart("coredns", "kube-system")
    for pod in cluster.pods("coredns", "kube-system"):
        assert sorted(one["name"] for one in pod["spec"]["containers"]) == ["coredns", "datadog-agent"]
