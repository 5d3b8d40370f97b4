"""Looks on while something is changed: makes a pod of each workload over and over, as server dry-runs."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.cluster.api import ApiError
from tests.cluster.cluster import Cluster

_AGENTS = ("datadog-agent", "datadog-agent-injected")


@dataclass
class Seen:
    """What new pods of each workload would have been, in the order in which they were asked for."""

    agents: dict[str, list[int | str]] = field(default_factory=dict)
    """Workload → how many agents each pod had, or why the server refused it."""

    def count(self) -> int:
        """How often the workload that was asked for least was asked for."""
        return min(map(len, self.agents.values()), default=0)

    def but_one(self) -> dict[str, list[tuple[int, int | str]]]:
        """Workload → the place and the number of agents of pods that had not exactly one."""
        found = {name: [(n, one) for n, one in enumerate(seen) if one != 1] for name, seen in self.agents.items()}
        return {name: places for name, places in found.items() if places}


@contextmanager
def witness(cluster: Cluster, workloads: Sequence[tuple[str, str]]) -> Iterator[Seen]:
    """Ask until the block ends, beginning before it begins. `workloads`: names and namespaces of Deployments."""
    pods = {f"{namespace}/{name}": _pod(cluster, name, namespace) for name, namespace in workloads}
    seen = Seen({name: [] for name in pods})
    ended = threading.Event()

    def ask() -> None:
        while not ended.is_set():
            for name, pod in pods.items():
                seen.agents[name].append(_agents(cluster, pod))

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        cluster.wait_for(lambda: seen.count() >= 3, what="the witness looks")
        yield seen
        after = seen.count() + 3
        cluster.wait_for(lambda: seen.count() >= after, what="the witness looks on")
    finally:
        ended.set()
        asking.join()


def _pod(cluster: Cluster, name: str, namespace: str) -> dict[str, Any]:
    """A pod as the ReplicaSet controller would make it."""
    template = cluster.existing("Deployment", name, namespace)["spec"]["template"]
    metadata = {"generateName": f"{name}-", "namespace": namespace, **template["metadata"]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template["spec"]}


def _agents(cluster: Cluster, pod: dict[str, Any]) -> int | str:
    try:
        made = cluster.api.create(pod, dry_run=True)
    except ApiError as error:
        return error.message
    return sum(one["name"] in _AGENTS for one in made["spec"]["containers"])
