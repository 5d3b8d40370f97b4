"""What Fargate gives a pod: AWS's table, as in the EKS user guide (nodes/fargate-pod-configuration.adoc).

The need is the larger of the biggest init container and the sum of all containers, for each resource, and
256 MB of memory for the node's own parts; it is rounded up to the next combination that is sold.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

import msgspec

from kubectl_ddfargate.facts.per_spec import per_spec
from kubectl_ddfargate.facts.quantity import parse_quantity
from kubectl_ddfargate.model.kube.pods import Container, PodSpec

GIB = Decimal(1024**3)
OVERHEAD = Decimal(256 * 1024**2)

_TABLE: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("0.25", ("0.5", "1", "2")),
    ("0.5", tuple(str(gb) for gb in range(1, 5))),
    ("1", tuple(str(gb) for gb in range(2, 9))),
    ("2", tuple(str(gb) for gb in range(4, 17))),
    ("4", tuple(str(gb) for gb in range(8, 31))),
    ("8", tuple(str(gb) for gb in range(16, 61, 4))),
    ("16", tuple(str(gb) for gb in range(32, 121, 8))),
)
_PROVISIONED = re.compile(r"([\d.]+)vCPU\s+([\d.]+)GB")


class Size(msgspec.Struct, frozen=True):
    """A combination that Fargate sells."""

    vcpu: Decimal
    gigabytes: Decimal

    def __str__(self) -> str:
        """`0.25/0.5`: vCPU and GB."""
        return f"{self.vcpu}/{self.gigabytes}"


SIZES = tuple(Size(Decimal(vcpu), Decimal(gb)) for vcpu, sizes in _TABLE for gb in sizes)


@per_spec
def needed_size(spec: PodSpec, *more: Container) -> Size | None:
    """The size for a spec, with further containers beside those of it; None where no size is large enough.

    Native sidecars count as init containers here, as AWS's text says; whether Fargate does so is not
    documented. Raises ValueError for a request that is no quantity.
    """
    running = [*(spec.containers or ()), *more]
    cpu = max(requested(running, "cpu"), _max(spec.init_containers or (), "cpu"))
    memory = max(requested(running, "memory"), _max(spec.init_containers or (), "memory")) + OVERHEAD
    return next((size for size in SIZES if cpu <= size.vcpu and memory <= size.gigabytes * GIB), None)


def spare(spec: PodSpec, size: Size) -> tuple[Decimal, Decimal]:
    """Cores and bytes that further containers may request before a spec outgrows a size. Never below zero."""
    running = spec.containers or ()
    cpu = size.vcpu - requested(running, "cpu")
    memory = size.gigabytes * GIB - OVERHEAD - requested(running, "memory")
    return max(cpu, Decimal(0)), max(memory, Decimal(0))


def requested(containers: Iterable[Container], resource: str) -> Decimal:
    """What containers request together: cores, or bytes. Raises ValueError for what is no quantity."""
    return sum((_request(container, resource) for container in containers), Decimal(0))


def provisioned_size(annotation: str | None) -> Size | None:
    """What `CapacityProvisioned` says; None where it is absent or says something else."""
    match = _PROVISIONED.search(annotation or "")
    return Size(Decimal(match.group(1)), Decimal(match.group(2))) if match else None


def _request(container: Container, resource: str) -> Decimal:
    resources = container.resources
    if resources is None:
        return Decimal(0)
    # The API server copies a limit into a missing request; a template may not have been through it.
    value = (resources.requests or {}).get(resource, (resources.limits or {}).get(resource))
    return parse_quantity(value) if value is not None else Decimal(0)


def _max(containers: Iterable[Container], resource: str) -> Decimal:
    return max((_request(container, resource) for container in containers), default=Decimal(0))
