"""Services, their endpoints, and the ranges that their addresses come from."""

from __future__ import annotations

import msgspec

from kubectl_ddfargate.model.kube.meta import Object, Record
from kubectl_ddfargate.model.kube.pods import Port


class ServicePort(Record, frozen=True):
    """A port of a Service."""

    name: str | None = None
    port: int = 0
    target_port: int | str | None = None
    protocol: str | None = None


class ServiceSpec(Record, frozen=True):
    """`spec` of a Service."""

    type: str | None = None
    cluster_ip: str | None = msgspec.field(default=None, name="clusterIP")
    cluster_ips: list[str] | None = msgspec.field(default=None, name="clusterIPs")
    selector: dict[str, str] | None = None
    ports: list[ServicePort] | None = None
    internal_traffic_policy: str | None = None
    ip_families: list[str] | None = None
    external_name: str | None = None


class Service(Object, frozen=True):
    """A Service."""

    spec: ServiceSpec = msgspec.field(default_factory=ServiceSpec)

    def addresses(self) -> tuple[str, ...]:
        """Its cluster IPs; empty for a headless one."""
        found = self.spec.cluster_ips or [self.spec.cluster_ip or ""]
        return tuple(address for address in found if address and address != "None")

    def tcp_ports(self) -> list[ServicePort]:
        """Its ports but for those of other protocols. Unset means TCP."""
        return [port for port in self.spec.ports or () if port.protocol in (None, "TCP")]


class EndpointPort(Record, frozen=True):
    """A port as the EndpointSlice names it."""

    name: str | None = None
    port: int | None = None


class EndpointConditions(Record, frozen=True):
    """`conditions` of an endpoint. Unset `ready` means ready."""

    ready: bool | None = None


class TargetRef(Record, frozen=True):
    """The pod behind an endpoint."""

    kind: str | None = None
    name: str | None = None
    namespace: str | None = None


class Endpoint(Record, frozen=True):
    """One backend."""

    addresses: list[str] | None = None
    conditions: EndpointConditions | None = None
    target_ref: TargetRef | None = None

    @property
    def ready(self) -> bool:
        """Whether it takes traffic (an unset condition counts as ready, by the API's own text)."""
        return self.conditions is None or self.conditions.ready is not False


class EndpointSlice(Object, frozen=True):
    """A part of a Service's endpoints."""

    endpoints: list[Endpoint] | None = None
    ports: list[EndpointPort] | None = None


class ServiceCidrSpec(Record, frozen=True):
    """`spec` of a ServiceCIDR."""

    cidrs: list[str] | None = None


class ServiceCidr(Object, frozen=True):
    """A range that cluster IPs are taken from."""

    spec: ServiceCidrSpec = msgspec.field(default_factory=ServiceCidrSpec)


class IPAddress(Object, frozen=True):
    """An address that is given away; its name is the address. Only metadata is read."""


__all__ = ["Endpoint", "EndpointSlice", "IPAddress", "Port", "Service", "ServiceCidr", "ServicePort"]
