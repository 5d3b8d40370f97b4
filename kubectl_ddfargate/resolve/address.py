"""The fixed address: the one that is there, the one that was asked for, or the first that is free."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection

import msgspec

from kubectl_ddfargate.facts.addresses import fixed_services, is_pinned, leading_port
from kubectl_ddfargate.facts.fixed_address import free_address, taken_addresses
from kubectl_ddfargate.facts.index import Index, NotReadError
from kubectl_ddfargate.facts.service_range import KnownRange, main_range
from kubectl_ddfargate.model.design import FIXED_SERVICE, FixedService
from kubectl_ddfargate.model.kinds import IP_ADDRESSES, SERVICES
from kubectl_ddfargate.model.kube.network import Service
from kubectl_ddfargate.model.ours import labelled
from kubectl_ddfargate.resolve.asked_address import asked_for
from kubectl_ddfargate.resolve.bands import describe_band
from kubectl_ddfargate.resolve.cluster_agent import Chosen
from kubectl_ddfargate.resolve.desk import Desk

AUTO = "auto"
NAME, IP = "clusterAgent.serviceName", "clusterAgent.ip"


class Settled(msgspec.Struct, frozen=True):
    """The Service, and its address for the first line of a plan."""

    service: FixedService
    text: str


def settle_address(desk: Desk, chosen: Chosen) -> Settled | None:
    """The fixed Service; None, with a note, where its address cannot be settled."""
    return desk.ask("which fixed address the cluster agent has or may get", lambda: _settled(desk, chosen))


def _settled(desk: Desk, chosen: Chosen) -> Settled | None:
    wanted = desk.settings.cluster_agent.ip
    asked = None if wanted in (None, AUTO) else wanted
    name = desk.settings.cluster_agent.service_name or FIXED_SERVICE
    namespace = chosen.agent.namespace
    named: Service | None = desk.index.get(SERVICES, namespace, name)
    if named is not None and not _is_ours(named) and not _serves(desk.index, chosen, named):
        desk.block(
            f"service {namespace}/{name} is there already, is not ours, and leads nowhere under a fixed address",
            next_step="choose another name with clusterAgent.serviceName in the settings file, or delete it",
            commands=(desk.kubectl("get", "service", name, "-n", namespace, "-o", "yaml"),),
        )
        return None
    existing = named or _existing(desk, chosen, asked)
    if existing is not None:
        return _kept(desk, chosen, existing, asked)
    address = asked_for(desk, asked) if asked is not None else _picked(desk)
    if address is None:
        return None
    desk.settle(IP, address, _why_this(desk.index))
    desk.settle(NAME, name, "default")
    service = FixedService(
        namespace=namespace,
        name=name,
        address=address,
        port=chosen.port,
        selector=chosen.selector,
        ip_family=_family(address),
        automatic=asked is None,
    )
    return Settled(service, f"{address} ({describe_band(desk.index, address)}, free)")


def _existing(desk: Desk, chosen: Chosen, asked: str | None) -> Service | None:
    """A Service with a fixed address that leads to the cluster agent: ours first."""
    if desk.settings.cluster_agent.service_name:
        return None
    for service in sorted(fixed_services(desk.index, chosen.agent), key=lambda one: not _is_ours(one)):
        if _is_ours(service):
            return service
        if asked is not None and asked not in service.addresses():
            continue
        if _serves(desk.index, chosen, service):
            return service
        desk.warn(
            f"service {service.namespace}/{service.name} has a fixed address but does not lead to the cluster "
            "agent; it is left alone, and one of our own is made"
        )
    return None


def _serves(index: Index, chosen: Chosen, service: Service) -> bool:
    return is_pinned(service) and leading_port(index, chosen.agent, service) is not None


def _kept(desk: Desk, chosen: Chosen, service: Service, asked: str | None) -> Settled | None:
    """What is there already, with its address: that of a Service never changes."""
    where = f"service/{service.name} -n {service.namespace}"
    ours, addresses = _is_ours(service), service.addresses()
    if asked is not None and not _among(asked, addresses):
        desk.block(
            f"{where} has the address {', '.join(addresses) or 'None'}, and a Service's address cannot be changed",
            next_step=f"leave out {desk.given.source(IP, '--cluster-agent-ip')}, or uninstall first",
        )
        return None
    if not addresses:
        desk.block(f"{where} has no address", next_step="delete it: a new one is made")
        return None
    address = next((one for one in addresses if asked is not None and _among(asked, (one,))), addresses[0])
    desk.settle(IP, address, where)
    desk.settle(NAME, service.name, where)
    port = chosen.port if ours else leading_port(desk.index, chosen.agent, service) or chosen.port
    kept = FixedService(
        namespace=service.namespace,
        name=service.name,
        address=address,
        port=port,
        selector=chosen.selector if ours else dict(service.spec.selector or {}),
        ip_family=_family(address),
        owned=ours,
        automatic=False,
    )
    state = "kept" if ours else f"of {where}, used as it is"
    return Settled(kept, f"{address} ({describe_band(desk.index, address)}, {state})")


def _picked(desk: Desk) -> str | None:
    """The first free address of the range's static band; None, with a note, where there is none."""
    refused = ""
    known: KnownRange | None = None
    try:
        known = main_range(desk.index)
    except NotReadError as error:
        refused = f": cannot {error}"
    if known is None:
        desk.block(
            f"the range of the Services' addresses is not known{refused}",
            next_step="give it with --service-cidr, or an address of it with --cluster-agent-ip",
        )
        return None
    found = free_address(known.network, taken_addresses(desk.index))
    _tell_unread_addresses(desk)
    if found is None:
        desk.block(
            f"no address for fixed Services is free in {known.network} ({describe_band(desk.index)})",
            next_step="choose any free address of the range with --cluster-agent-ip",
        )
        return None
    return str(found)


def _tell_unread_addresses(desk: Desk) -> None:
    """IPAddress objects are of use, not needed: nearly all of them are of Services, whose addresses are known."""
    try:
        desk.index.all(IP_ADDRESSES)
    except NotReadError as error:
        desk.inform(f"an address that something else than a Service holds is not seen: cannot {error}")


def _why_this(index: Index) -> str:
    """Where an address that nobody asked for comes from."""
    try:
        known = main_range(index)
    except NotReadError:
        known = None
    return f"first free one of {known.network}, by {known.source}" if known is not None else "asked for"


def _is_ours(service: Service) -> bool:
    return labelled(service.labels)


def _among(asked: str, addresses: Collection[str]) -> bool:
    try:
        return ipaddress.ip_address(asked) in {ipaddress.ip_address(one) for one in addresses}
    except ValueError:
        return False


def _family(address: str) -> str:
    return f"IPv{ipaddress.ip_address(address).version}"
