"""The service range and its static band.

The band is the first part of a range; addresses picked by the server come from behind it as long as they last
(KEP-3070, stable in 1.26): offset = min(max(16, size / 16), 256), and no band at all up to 16 addresses.
"""

from __future__ import annotations

import ipaddress

import msgspec

from kubectl_ddfargate.facts.index import Index, NotReadError, fact
from kubectl_ddfargate.model.kinds import SERVICE_CIDRS, SERVICES
from kubectl_ddfargate.model.kube.network import Service

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Band(msgspec.Struct, frozen=True):
    """The addresses of a range that the server does not give away by chance."""

    network: Network
    first: Address
    last: Address

    def __contains__(self, address: Address) -> bool:
        """Whether an address lies in the band."""
        return int(self.first) <= int(address) <= int(self.last)

    def __str__(self) -> str:
        """`172.20.0.1–172.20.1.0`."""
        return f"{self.first}–{self.last}"


def static_band(network: Network) -> Band | None:
    """The band of one range; None where the range is too small to have one."""
    size = network.num_addresses
    if size <= 16:
        return None
    offset = min(max(16, size // 16), 256)
    return Band(network, network.network_address + 1, network.network_address + offset)


@fact
def service_networks(index: Index) -> tuple[Network, ...]:
    """The ranges of cluster IPs; empty where they cannot be known (no ServiceCIDR objects, none told).

    Raises NotReadError where ServiceCIDRs are served and may not be read.
    """
    told = index.snapshot.service_cidr
    if told:
        return tuple(ipaddress.ip_network(part.strip()) for part in told.split(","))
    found = [cidr for entry in index.all(SERVICE_CIDRS) for cidr in entry.spec.cidrs or ()]
    return tuple(ipaddress.ip_network(cidr) for cidr in found)


def band_of(index: Index, address: Address) -> Band | None:
    """The band of the range that holds this address; None where no known range does."""
    return next((static_band(network) for network in service_networks(index) if address in network), None)


EKS_RANGES: tuple[Network, ...] = (ipaddress.ip_network("10.100.0.0/16"), ipaddress.ip_network("172.20.0.0/16"))
"""What EKS gives a cluster that asks for no range of its own (EKS user guide, create-cluster)."""


class KnownRange(msgspec.Struct, frozen=True):
    """The range that a new Service's address comes from, and how it is known."""

    network: Network
    source: str


@fact
def main_range(index: Index) -> KnownRange | None:
    """The range of the cluster's own family; None where it cannot be known.

    The Service `default/kubernetes` always has the first address of the cluster's first range: so it tells which
    of several ranges is meant, and on EKS, where no ServiceCIDR may be read, which of its two ranges this is.
    Raises NotReadError where neither may be read.
    """
    refused: NotReadError | None = None
    try:
        networks = service_networks(index)
    except NotReadError as error:
        networks, refused = (), error
    try:
        own = _api_server_address(index)
    except NotReadError:
        if refused is not None:
            raise refused from None
        own = None
    if networks:
        source = "--service-cidr" if index.snapshot.service_cidr else "the ServiceCIDR objects"
        chosen = next((network for network in networks if own is not None and own in network), networks[0])
        return KnownRange(chosen, source)
    for network in EKS_RANGES:
        if own == network.network_address + 1:
            return KnownRange(network, f"EKS's own range with service/kubernetes at {own}")
    if refused is not None:
        raise refused
    return None


def _api_server_address(index: Index) -> Address | None:
    service: Service | None = index.get(SERVICES, "default", "kubernetes")
    addresses = service.addresses() if service is not None else ()
    return ipaddress.ip_address(addresses[0]) if addresses else None
