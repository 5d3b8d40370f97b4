"""What the agents in the pods of a workload say, and how long to wait for it."""

from __future__ import annotations

from tests.cluster.agent import CONTAINER
from tests.cluster.api import Manifest
from tests.cluster.node.cluster import NodeCluster
from tests.cluster.waiting import wait_for

CONNECTED = "Successfully connected to the Datadog Cluster Agent"
NOT_CONNECTED = "Could not initialise the communication with the cluster agent"
# A try by name and one by address take seconds at most; the pauses between tries are 1, 2, 4, 8 s.
DEADLINE = 30.0


def agent_pods(cluster: NodeCluster, name: str, namespace: str) -> list[Manifest]:
    """The pods of a workload that have an agent."""
    pods = cluster.pods(name, namespace)
    return [pod for pod in pods if any(one["name"] == CONTAINER for one in pod["spec"]["containers"])]


def restarts(pod: Manifest) -> int:
    """How often containers of the pod came anew."""
    return sum(one["restartCount"] for one in pod["status"]["containerStatuses"])


def is_ready(pod: Manifest) -> bool:
    """Whether the pod takes part in its Services."""
    return any(one["type"] == "Ready" and one["status"] == "True" for one in pod["status"]["conditions"])


def wait_for_line(cluster: NodeCluster, pod: Manifest, *parts: str) -> str:
    """The first line of the agent's log that holds all `parts`."""
    metadata = pod["metadata"]

    def log() -> str:
        return cluster.logs(metadata["name"], metadata["namespace"], CONTAINER)

    def line() -> str | None:
        return next((one for one in log().splitlines() if all(part in one for part in parts)), None)

    return wait_for(line, what=f"{parts} in the agent's log", deadline=DEADLINE, every=0.3, detail=log)
