"""Which address a fixed Service should get: the same in every cluster with the same range, while it is free."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from kubectl_ddfargate.facts.index import Index, NotReadError, fact
from kubectl_ddfargate.facts.service_range import Address, Band, Network, service_networks, static_band
from kubectl_ddfargate.model.kinds import SERVICES

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
def suggested_address(index: Index) -> Address | None:
    """A free address for a fixed Service; None where the range cannot be known or the band is full."""
    try:
        networks = service_networks(index)
        services = index.all(SERVICES)
    except NotReadError:
        return None
    taken = {ipaddress.ip_address(address) for service in services for address in service.addresses()}
    for network in networks[:1]:
        return next((address for address in candidates(network) if address not in taken), None)
    return None
