"""The injector `datadog` to its end: the cluster agent's webhook injects, is proved, and takes over."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cluster.cluster import Cluster
from tests.cluster.datadog_sidecar import CONTAINER
from tests.cluster.datadog_webhook import cluster_agent_webhook
from tests.cluster.kyverno import Kyverno
from tests.cluster.operator import DatadogOperator
from tests.cluster.reference import healthy_reference
from tests.cluster.story import Stage, story
from tests.doctor.running import ddfargate
from tests.install.reference import NAMESPACES, install, uninstall
from tests.install.state import KINDS, pods, state, writes

FLAGS = ("--injector", "datadog")


def test_from_nothing_to_good_and_back(cluster: Cluster, operator: DatadogOperator, tmp_path: Path) -> None:
    healthy_reference(cluster, operator=operator, injector=None, fixed_address=None)
    with cluster_agent_webhook(cluster) as agent:
        kinds = (*KINDS, "DatadogAgent")
        before, pods_before = state(cluster, kinds=kinds), pods(cluster, NAMESPACES)

        run = install(cluster, *FLAGS, "--restart")
        assert run.code == 0, run.out + run.err
        assert "proved by dry-run" in run.out
        _agents_are_datadogs(cluster)
        _stays(cluster, tmp_path)

        gone = uninstall(cluster, "--restart")
        assert gone.code == 0, gone.out + gone.err
        cluster.wait_for(lambda: not agent.injects(), what="the cluster agent took its webhook back")
        assert state(cluster, kinds=kinds) == before, gone.out
        assert pods(cluster, NAMESPACES) == pods_before


@pytest.mark.parametrize("stage", [1, 2, 3])
def test_every_stage_is_cured(
    cluster: Cluster, operator: DatadogOperator, kyverno: Kyverno, tmp_path: Path, stage: Stage
) -> None:
    story(cluster, stage=stage, kyverno=kyverno, operator=operator, covers=("coredns", "karpenter"))
    with cluster_agent_webhook(cluster):
        assert ddfargate("doctor", kubeconfig=cluster.kubeconfig).code == 1
        refused = install(cluster, *FLAGS, folder=tmp_path)
        assert refused.code == 1, refused.out + refused.err
        assert "--replace-existing" in refused.out

        run = install(cluster, *FLAGS, "--restart", "--replace-existing", folder=tmp_path)
        assert run.code == 0, run.out + run.err
        assert "proved by dry-run" in run.out
        assert cluster.get("ClusterPolicy", "add-datadog-sidecar") is None
        assert (tmp_path / "add-datadog-sidecar.backup.yaml").exists()
        _agents_are_datadogs(cluster)
        _stays(cluster, tmp_path)


def _agents_are_datadogs(cluster: Cluster) -> None:
    """One agent in each pod, made by Datadog's webhook, with a URL that DNS is not needed for."""
    services = cluster.items("Service", "datadog")
    addresses = [one["spec"]["clusterIP"] for one in services if "fixed" in one["metadata"]["name"]]
    addresses += [
        one["spec"]["clusterIP"] for one in services if one["metadata"]["name"].startswith("self-managed")
    ]
    (address,) = addresses
    seen = 0
    for namespace in NAMESPACES:
        for pod in cluster.items("Pod", namespace):
            if pod["metadata"].get("deletionTimestamp"):
                continue
            containers = pod["spec"]["containers"]
            (agent,) = [one for one in containers if one["name"].startswith("datadog-agent")]
            urls = [one["value"] for one in agent["env"] if one["name"] == "DD_CLUSTER_AGENT_URL"]
            assert (agent["name"], urls) == (CONTAINER, [f"https://{address}:5005"])
            assert containers[0] != agent
            seen += 1
    assert seen >= len(NAMESPACES)


def _stays(cluster: Cluster, folder: Path) -> None:
    """Doctor is content, and there is nothing left to do."""
    doctor = ddfargate("doctor", kubeconfig=cluster.kubeconfig)
    assert doctor.code == 0, doctor.out
    trace = folder / "trace"
    again = install(cluster, *FLAGS, "--trace-requests", str(trace), folder=folder)
    assert again.code == 0, again.out + again.err
    assert writes(trace) == []
    assert ddfargate("diff", *FLAGS, kubeconfig=cluster.kubeconfig).code == 0
