"""What Fargate provisions for a pod, by AWS's table. A second, independent writing of the tool's own rule.

Source of the rule: AWS, "Understand Fargate Pod configuration details".
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

GIB = 1024**3
# Kubelet, kube-proxy and containerd of the node.
RESERVED_MEMORY = 256 * 1024**2
# vCPU: the memory sizes in GB that can be had with it.
SIZES: Mapping[float, tuple[float, ...]] = {
    0.25: (0.5, 1, 2),
    0.5: tuple(range(1, 5)),
    1: tuple(range(2, 9)),
    2: tuple(range(4, 17)),
    4: tuple(range(8, 31)),
    8: tuple(range(16, 61, 4)),
    16: tuple(range(32, 121, 8)),
}
_UNITS = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "m": 1e-3}


def provisioned(spec: Mapping[str, Any]) -> str | None:
    """The text of the annotation `CapacityProvisioned`, or None when no size is large enough."""
    cpu = _need(spec, "cpu")
    memory = (_need(spec, "memory") + RESERVED_MEMORY) / GIB
    for vcpu, sizes in SIZES.items():
        fitting = [size for size in sizes if size >= memory]
        if vcpu >= cpu and fitting:
            return f"{vcpu:g}vCPU {fitting[0]:g}GB"
    return None


def _need(spec: Mapping[str, Any], resource: str) -> float:
    inits = _requests(spec.get("initContainers", ()), resource)
    return max(max(inits, default=0.0), math.fsum(_requests(spec["containers"], resource)))


def _requests(containers: Iterable[Mapping[str, Any]], resource: str) -> list[float]:
    return [
        quantity(container.get("resources", {}).get("requests", {}).get(resource, "0")) for container in containers
    ]


def quantity(text: str) -> float:
    """A Kubernetes quantity as a number."""
    for unit, factor in _UNITS.items():
        if text.endswith(unit):
            return float(text.removesuffix(unit)) * factor
    return float(text)
