"""Services by address, and whether an address is pinned."""

from __future__ import annotations

import ipaddress

from kubectl_ddfargate.facts.cluster_agent import (
    ClusterAgent,
    agent_for,
    command_port_of,
    is_meant_for_cluster_agent,
    selects_cluster_agent,
    target_number,
)
from kubectl_ddfargate.facts.index import Index, fact
from kubectl_ddfargate.facts.service_health import FaultKind, service_fault
from kubectl_ddfargate.facts.service_range import Address
from kubectl_ddfargate.model.kinds import SERVICES
from kubectl_ddfargate.model.kube.network import Service


@fact
def _by_address(index: Index) -> dict[Address, Service]:
    return {
        ipaddress.ip_address(address): service for service in index.all(SERVICES) for address in service.addresses()
    }


def service_at(index: Index, address: Address) -> Service | None:
    """The Service that holds a cluster IP. Raises NotReadError where Services may not be read."""
    return _by_address(index).get(address)


def is_pinned(service: Service) -> bool:
    """Whether somebody asked for this address: it then stands in a managedFields entry or in last-applied.

    An address that the server picked is owned by nobody, and a re-create changes it.
    """
    meta = service.metadata
    if meta.annotations and meta.annotations.last_applied and meta.annotations.last_applied.cluster_ip:
        return bool(service.addresses())
    owned = [entry.fields.spec for entry in meta.managed_fields or () if entry.fields and entry.fields.spec]
    return bool(service.addresses()) and any(spec.cluster_ip is not None for spec in owned)


def is_fixed_for(agent: ClusterAgent, service: Service) -> bool:
    """Whether a Service is a fixed one of the cluster agent, even if its selector is wrong."""
    if not is_pinned(service):
        return False
    if selects_cluster_agent(agent, service) or is_meant_for_cluster_agent(service):
        return True
    ports = {port.port for port in service.tcp_ports()}
    return service.namespace == agent.namespace and command_port_of(agent) in ports


@fact
def fixed_services(index: Index, agent: ClusterAgent) -> tuple[Service, ...]:
    """The Services with a pinned address that are meant for the cluster agent, whatever they select."""
    services: list[Service] = index.all(SERVICES)
    return tuple(one for one in services if is_fixed_for(agent, one) and agent_for(index, one) is agent)


def working_fixed_service(index: Index, agent: ClusterAgent) -> tuple[Service, int] | None:
    """A Service with a pinned address that leads to the cluster agent, and its port; None where there is none.

    One that only waits for a ready cluster agent counts. Raises NotReadError where something decides and may not
    be read.
    """
    for service in fixed_services(index, agent):
        port = leading_port(index, agent, service)
        if port is not None:
            return service, port
    return None


def leading_port(index: Index, agent: ClusterAgent, service: Service) -> int | None:
    """The port of a Service that leads to the cluster agent, be it ready or not; None where none does."""
    for port in service.tcp_ports():
        fault = service_fault(index, agent, service, port.port)
        if fault is None:
            return port.port
        meant = target_number(agent, port) == command_port_of(agent) and selects_cluster_agent(agent, service)
        if fault.kind is FaultKind.NOT_READY and meant:
            return port.port
    return None
