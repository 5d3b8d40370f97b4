"""The simulated Fargate of an IPv6 cluster (`python -m tests.cluster.fargate.ipv6`): pods have IPv6 addresses."""

from __future__ import annotations

import ipaddress
from typing import Any

from . import __main__ as program
from .kubelet import Addresses
from .pods import Pods

PODS = ipaddress.IPv6Network("fd00:10:1::/96")


class Ipv6Pods(Pods):
    """The same loop; nodes keep their names, which are made of IPv4 addresses on EKS too."""

    def _addresses_of(self, pod: dict[str, Any]) -> Addresses:
        found = super()._addresses_of(pod)
        return Addresses(pod=pod_address(found.pod), host=found.host)


def pod_address(address: str) -> str:
    """The IPv6 address for an IPv4 one that was handed out; an IPv6 address stays what it is."""
    known = ipaddress.ip_address(address)
    return address if known.version == 6 else str(PODS.network_address + int(known))


if __name__ == "__main__":
    setattr(program, "Pods", Ipv6Pods)  # noqa: B010 - a class in the place of another
    program.main()
