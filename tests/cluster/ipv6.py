"""A cluster whose Services and pods have IPv6 addresses only, as EKS makes them with `ipFamily: ipv6`.

It is another control plane: the range of Services is fixed at the start. The reference and the story build in it as
in the usual one; what they say of addresses in 172.20.0.0/16 is put over into the range here.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .api import Manifest
from .cluster import Cluster
from .control_plane import SERVICE_RANGE, ControlPlane
from .objects import Objects, manifests

RANGE = ipaddress.IPv6Network("fd00:10:96::/112")
_FLAGS = {
    "--service-cluster-ip-range": str(RANGE),
    # The API server wants its own address to be of the family of the Services.
    "--advertise-address": "fd00:10::2",
}


class Ipv6ControlPlane(ControlPlane):
    """A control plane with an IPv6 range of Services. Make it with `Ipv6ControlPlane.start`."""

    def _api_server_flags(self, etcd: str) -> list[str]:
        flags = super()._api_server_flags(etcd)
        names = [flag.partition("=")[0] for flag in flags]
        return [
            f"{name}={_FLAGS[name]}" if name in _FLAGS else flag for name, flag in zip(names, flags, strict=True)
        ]

    def _start(self, name: str, command: Sequence[str | Path]) -> None:
        other = {"tests.cluster.fargate": "tests.cluster.fargate.ipv6"}
        super()._start(name, [other.get(str(part), part) for part in command])


class Ipv6Cluster(Cluster):
    """A cluster on an `Ipv6ControlPlane`."""

    def apply(self, objects: Objects, *, manager: str = "kubectl") -> list[Manifest]:
        """As ever; a Service with an address of the usual range gets the one at the same place in this one."""
        return super().apply([_put_over(one) for one in manifests(objects)], manager=manager)


def service_address(address: str) -> str:
    """`172.20.0.10` → `fd00:10:96::a`."""
    offset = int(ipaddress.ip_address(address)) - int(ipaddress.ip_network(SERVICE_RANGE).network_address)
    return str(RANGE.network_address + offset)


def _put_over(manifest: Mapping[str, Any]) -> Mapping[str, Any]:
    spec = manifest.get("spec") or {}
    if manifest["kind"] != "Service" or "." not in spec.get("clusterIP", ""):
        return manifest
    return {**manifest, "spec": {**spec, "clusterIP": service_address(spec["clusterIP"])}}
