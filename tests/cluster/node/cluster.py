"""The cluster of a real node as tests see it: the one of all tests, but slower, and things really run in it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ..api import Manifest
from ..binaries.build import Binaries
from ..cluster import Cluster
from ..waiting import wait_for
from .namespaces import Namespaces
from .node import Node
from .plane import NodePlane

# A pod takes seconds here: an image, a sandbox, a probe. The simulation needs a tenth of one.
DEADLINE = 120.0


class NodeCluster(Cluster):
    """Everything that `Cluster` can, before a real kubelet. Make it with `NodeCluster.start`."""

    lays = False  # containers run here

    def __init__(self, plane: NodePlane, inside: Namespaces) -> None:
        super().__init__(plane)
        self._inside = inside

    @classmethod
    def start(cls, folder: Path, binaries: Binaries, programs: dict[str, Path]) -> NodeCluster:
        """Start namespaces, control plane and node in the empty `folder` (about 15 s)."""
        places = [folder / name for name in ("node", "control-plane")]
        for place in places:
            place.mkdir()
        inside = Namespaces.make(places[0])
        try:
            plane = NodePlane.start_in(inside, places[1], binaries)
            Node(inside, plane, programs).start()
            return cls(plane, inside)
        except BaseException:
            inside.close()
            raise

    def stop(self) -> None:
        """End all of it."""
        self.plane.stop()
        self._inside.close()

    def check(self) -> None:
        """Raise RuntimeError when a program of the node ended by itself."""
        self._inside.check()

    def in_network(self, command: Sequence[str | Path]) -> list[str | Path]:
        """The command that runs `command` in the node's network, with its tools and files the machine's own."""
        return self._inside.in_network(command)

    def wait_rolled_out(
        self, name: str, namespace: str, *, kind: str = "Deployment", deadline: float = DEADLINE
    ) -> Manifest:
        """As in `Cluster`, with the time that containers need."""
        return super().wait_rolled_out(name, namespace, kind=kind, deadline=deadline)

    def wait_for(
        self, condition: Callable[[], object], *, what: str = "the cluster is as wanted", deadline: float = DEADLINE
    ) -> Any:
        """As in `Cluster`, with the time that containers need."""
        return wait_for(condition, what=what, deadline=deadline, every=0.1)

    def logs(self, pod: str, namespace: str, container: str) -> str:
        """What a container has printed; "" before there is something to ask."""
        return self.kubectl("logs", pod, "-n", namespace, "-c", container).stdout

    def exec(self, pod: str, namespace: str, container: str, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command in a container, by the API server and the kubelet."""
        return self.kubectl("exec", pod, "-n", namespace, "-c", container, "--", *command)
