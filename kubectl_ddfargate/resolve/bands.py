"""The static band of a service range, in words."""

from __future__ import annotations

import ipaddress

from kubectl_ddfargate.facts.index import Index, NotReadError
from kubectl_ddfargate.facts.service_range import Band, Network, main_range, service_networks, static_band


def known_networks(index: Index) -> tuple[Network, ...]:
    """All ranges that are known, the cluster's own first; empty where none is."""
    try:
        known = main_range(index)
    except NotReadError:
        return ()
    if known is None:
        return ()
    try:
        others = service_networks(index)
    except NotReadError:
        others = ()
    return (known.network, *(network for network in others if network != known.network))


def band_around(index: Index, address: str) -> Band | None:
    """The static band of the known range that holds an address."""
    value = ipaddress.ip_address(address)
    return next((static_band(network) for network in known_networks(index) if value in network), None)


def describe_band(index: Index, address: str | None = None) -> str:
    """`static band 172.20.0.1–172.20.1.0`, or how an address lies to it."""
    networks = known_networks(index)
    if not networks:
        return "service range not known"
    band = static_band(networks[0]) if address is None else band_around(index, address)
    if band is None:
        return f"{networks[0]} has no static band" if address is None else "no static band"
    if address is None or ipaddress.ip_address(address) in band:
        return f"static band {band}"
    return f"outside the static band {band}"
