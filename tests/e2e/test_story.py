"""The three stages of the incident, as a process in the pod meets them; and the cure."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cluster.agent import CONTAINER, DNS_URL
from tests.cluster.node.cluster import NodeCluster
from tests.cluster.node.names import ADDRESS
from tests.cluster.story import Stage, story
from tests.e2e.agents import CONNECTED, NOT_CONNECTED, agent_pods, is_ready, restarts, wait_for_line
from tests.install.reference import bare, install

NAME = DNS_URL.removeprefix("https://").removesuffix(":5005")
COVERS = ("coredns", "web")
# Of coredns (dnsPolicy Default) and of web (cluster DNS): what the log must hold.
NO_ENDPOINT = (
    NOT_CONNECTED,
    "temporary failure in clusterAgentClient, will retry later",
    "cannot get a cluster agent endpoint for kubernetes service DATADOG_CLUSTER_AGENT, "
    "env DATADOG_CLUSTER_AGENT_SERVICE_HOST is empty",
)
NO_SUCH_HOST = (NOT_CONNECTED, f"lookup {NAME} on {ADDRESS}:53: no such host")
STAGES: dict[Stage, tuple[tuple[str, ...], tuple[str, ...]]] = {
    1: (NO_ENDPOINT, NO_ENDPOINT),
    2: (NO_SUCH_HOST, (CONNECTED,)),
    3: ((CONNECTED, "7.81.1"), (CONNECTED, "7.81.1")),
}


@pytest.mark.parametrize("stage", list(STAGES))
def test_a_stage_as_the_agent_sees_it(cluster: NodeCluster, stage: Stage) -> None:
    story(cluster, stage=stage, covers=COVERS)
    for name, namespace, expected in zip(COVERS, ("kube-system", "shop"), STAGES[stage], strict=True):
        pods = agent_pods(cluster, name, namespace)
        assert len(pods) == 2
        for pod in pods:
            wait_for_line(cluster, pod, *expected)
        # A broken endpoint ends no agent and makes no pod unready: that is why nobody notices.
        assert all(restarts(pod) == 0 and is_ready(pod) for pod in agent_pods(cluster, name, namespace))


def test_install_brings_the_agents_to_the_cluster_agent(cluster: NodeCluster, tmp_path: Path) -> None:
    bare(cluster)
    run = install(cluster, "--restart", "--injector", "admission-policy", folder=tmp_path)
    assert run.code == 0, run.out + run.err
    pods = agent_pods(cluster, "coredns", "kube-system")
    assert len(pods) == 2
    for pod in pods:
        assert pod["spec"]["dnsPolicy"] == "Default"
        wait_for_line(cluster, pod, CONNECTED)
        said = cluster.exec(pod["metadata"]["name"], "kube-system", CONTAINER, "agent", "status")
        assert said.returncode == 0, said.stderr
        endpoint = re.search(r"endpoint detected: https://(172\.20\.\d+\.\d+):5005\n", said.stdout)
        assert endpoint, said.stdout
        assert endpoint[1] in {one["spec"]["clusterIP"] for one in cluster.items("Service", "datadog")}
