"""Fargate before a real node: its webhook and its scheduler as simulated, no kubelet, and one node for all pods.

`python -m tests.cluster.node.fargate`, in the place of `tests.cluster.fargate` and with its arguments.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..api import Api, Manifest
from ..fargate import __main__ as simulation
from ..fargate.pods import Key, Pods
from ..fargate.state import State
from .names import NODE


class RealPods(Pods):
    """Binds pods to the real node; the kubelet there does all else."""

    def __init__(self, scheduler: Api, kubelet: Api, state: State, port: int) -> None:
        super().__init__(_WithoutNodes(scheduler), kubelet, state, port)

    def _move_on(self, key: Key, pod: Manifest) -> None:
        if not pod["metadata"].get("deletionTimestamp") and not pod["spec"].get("nodeName"):
            super()._move_on(key, pod)

    def _bind(self, pod: Manifest, node: str) -> None:
        super()._bind(pod, NODE)


class _WithoutNodes(Api):
    """A client that makes and deletes no nodes: those of the simulation would have no kubelet."""

    def __init__(self, like: Api) -> None:
        self.__dict__.update(like.__dict__)

    def create(self, manifest: Mapping[str, Any], *, dry_run: bool = False) -> Manifest:
        return dict(manifest) if manifest["kind"] == "Node" else super().create(manifest, dry_run=dry_run)

    def delete(self, kind: str, name: str, namespace: str | None = None, *, now: bool = False) -> None:
        if kind != "Node":
            super().delete(kind, name, namespace, now=now)


if __name__ == "__main__":
    # This process is nothing else, so the one who moves pods on can be another here.
    vars(simulation)["Pods"] = RealPods
    simulation.main()
