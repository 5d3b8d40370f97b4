"""Which address a fixed Service should get: the same in every cluster with the same range, while it is free."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Iterator

from kubectl_ddfargate.facts.index import Index, NotReadError, fact
from kubectl_ddfargate.facts.service_range import Address, Band, Network, main_range, static_band
from kubectl_ddfargate.model.kinds import IP_ADDRESSES, SERVICES
from kubectl_ddfargate.model.kube.network import Service

FIRST_CHOICE = 53
"""Offset in the range where the search starts: clear of the API server's (1) and the DNS Service's (10)."""


def candidates(network: Network) -> Iterator[Address]:
    """The addresses of the static band in the order of preference. It depends on the range alone."""
    band: Band | None = static_band(network)
    if band is None:
        return
    count = int(band.last) - int(band.first) + 1
    start = (FIRST_CHOICE - 1) % count
    for step in range(count):
        offset = (start + step) % count
        if offset not in (0, 9):
            yield band.first + offset


@fact
def taken_addresses(index: Index) -> frozenset[Address]:
    """The cluster IPs of all Services, and every address that an IPAddress object names, as far as those were read.

    An IPAddress may be of something else than a Service (a Gateway), or be left over: no Service gets it either.
    Raises NotReadError where Services may not be read.
    """
    services: list[Service] = index.all(SERVICES)
    given = frozenset(ipaddress.ip_address(address) for service in services for address in service.addresses())
    # the API takes no other name than the address as Python writes it, too
    return given | {ipaddress.ip_address(one.name) for one in index.seen(IP_ADDRESSES)}


def free_address(network: Network, taken: Collection[Address]) -> Address | None:
    """The first candidate of a range that is free; None where its band is full, or where it has none."""
    return next((address for address in candidates(network) if address not in taken), None)


@fact
def suggested_address(index: Index) -> Address | None:
    """A free address for a fixed Service; None where the range cannot be known or the band is full."""
    try:
        known = main_range(index)
        return free_address(known.network, taken_addresses(index)) if known is not None else None
    except NotReadError:
        return None
