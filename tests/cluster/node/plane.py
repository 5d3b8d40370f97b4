"""A control plane for a real node: that of all tests, but in the node's network and with a way to its kubelet."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import cast

from ..binaries.build import Binaries
from ..control_plane import ControlPlane
from .names import ADDRESS
from .namespaces import Namespaces

_SIMULATED, _BEFORE_A_NODE = "tests.cluster.fargate", "tests.cluster.node.fargate"


class NodePlane(ControlPlane):
    """Its programs run in the network of `inside`; the API is on the machine's loopback all the same."""

    inside: Namespaces

    @classmethod
    def start_in(cls, inside: Namespaces, folder: Path, binaries: Binaries) -> NodePlane:
        """As `ControlPlane.start`."""
        # A class of its own for each: `start` makes the object, and there is no other way to hand this over.
        of_its_own = cast("type[NodePlane]", type("NodePlaneIn", (cls,), {"inside": inside}))
        plane = of_its_own.start(folder, binaries)
        assert isinstance(plane, NodePlane)
        return plane

    def _start_etcd_and_api_server(self) -> None:
        self.inside.forward(self._api_port)
        super()._start_etcd_and_api_server()

    def _api_server_flags(self, etcd: str) -> list[str]:
        client = self.authority.client("kube-apiserver-kubelet-client", ["system:masters"])
        # Of a flag that is given twice the last holds.
        return [
            *super()._api_server_flags(etcd),
            # Pods reach it at the node's address, by the Service `kubernetes`.
            "--bind-address=0.0.0.0",
            f"--advertise-address={ADDRESS}",
            "--kubelet-preferred-address-types=InternalIP",
            f"--kubelet-client-certificate={client.certificate}",
            f"--kubelet-client-key={client.key}",
        ]

    def _start(self, name: str, command: Sequence[str | Path]) -> None:
        parts = [_BEFORE_A_NODE if part == _SIMULATED else part for part in command]
        super()._start(name, self.inside.in_network(parts))
