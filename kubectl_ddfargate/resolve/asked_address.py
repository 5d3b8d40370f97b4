"""An address that the user asked for: whether a Service may get it."""

from __future__ import annotations

import ipaddress

from kubectl_ddfargate.facts.addresses import service_at
from kubectl_ddfargate.facts.fixed_address import suggested_address, taken_addresses
from kubectl_ddfargate.facts.index import Index, NotReadError
from kubectl_ddfargate.facts.service_range import Address, Network, service_networks
from kubectl_ddfargate.resolve.bands import band_around, describe_band, known_networks
from kubectl_ddfargate.resolve.desk import Desk

FLAG = "--cluster-agent-ip"


def asked_for(desk: Desk, asked: str) -> str | None:
    """The address as the server writes it; None, with a note, where no Service may get it.

    Raises NotReadError where Services may not be read.
    """
    index, flag = desk.index, desk.given.source("clusterAgent.ip", FLAG)
    try:
        address = ipaddress.ip_address(asked)
    except ValueError:
        desk.block(f"{asked!r} is no IP address; nothing was written", next_step=_way_on(index, flag))
        return None
    networks = known_networks(index)
    around = next((network for network in networks if address in network), None)
    listed = " and ".join(str(network) for network in networks)
    if not networks:
        desk.warn(
            f"whether {address} lies in the service range could not be checked; --service-cidr tells the range"
        )
    elif around is None and not _is_certain(index):
        desk.warn(f"{address} lies outside {listed}, which is EKS's own range; the cluster's may differ")
    elif around is None:
        desk.block(
            f"{address} lies outside the service range {listed}; nothing was written",
            next_step=_way_on(index, flag),
        )
        return None
    elif _is_edge(address, around):
        desk.block(
            f"{address} is the {'first' if address == around.network_address else 'last'} address of {around}, "
            "which no Service gets; nothing was written",
            next_step=_way_on(index, flag),
        )
        return None
    holder = service_at(index, address)
    if holder is not None:
        desk.block(
            f"{address} is taken by service {holder.namespace}/{holder.name}; nothing was written",
            next_step=_way_on(index, flag),
        )
        return None
    if address in taken_addresses(index):
        desk.block(
            f"{address} is taken: the object ipaddress/{address} is there, of no Service; nothing was written",
            next_step=_way_on(index, flag),
            commands=(desk.kubectl("get", "ipaddress", str(address), "-o", "yaml"),),
        )
        return None
    band = band_around(index, str(address))
    if band is not None and address not in band:
        desk.warn(
            f"{address} lies {describe_band(index, str(address))}: while the Service is not there, the server may "
            "give the address to another one"
        )
    return str(address)


def _is_edge(address: Address, network: Network) -> bool:
    """Whether the server never gives it away: the range's own address, and the last one of IPv4."""
    last = network.version == 4 and address == network.broadcast_address
    return address == network.network_address or last


def _is_certain(index: Index) -> bool:
    """Whether the ranges were read or told, not concluded."""
    try:
        return bool(service_networks(index))
    except NotReadError:
        return False


def _way_on(index: Index, flag: str) -> str:
    free = suggested_address(index)
    shown = describe_band(index).removeprefix("static band ")
    if free is None:
        return f"choose another address with {FLAG}"
    return f"leave out {flag} ({free} is free), or choose one of {shown}"
