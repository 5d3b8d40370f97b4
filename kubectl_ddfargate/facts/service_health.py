"""Whether a Service that is meant for the cluster agent really leads to it: selector, port, policy, endpoints."""

from __future__ import annotations

from enum import Enum

import msgspec

from kubectl_ddfargate.facts.cluster_agent import ClusterAgent, command_port_of, target_number
from kubectl_ddfargate.facts.index import Index, fact
from kubectl_ddfargate.facts.selectors import matches
from kubectl_ddfargate.model.kinds import ENDPOINT_SLICES
from kubectl_ddfargate.model.kube.network import EndpointSlice, Service, ServicePort

SERVICE_NAME_LABEL = "kubernetes.io/service-name"


class FaultKind(Enum):
    """What can be wrong, in causal order."""

    NOT_READY = "the cluster agent is not ready"
    SELECTOR = "the Service selects something else"
    PORT = "the port"
    TRAFFIC_POLICY = "the traffic policy"


class Fault(msgspec.Struct, frozen=True):
    """The first thing that is wrong with a Service."""

    kind: FaultKind
    path: str
    observed: str
    expected: str
    other_pods: bool = False
    """The Service leads somewhere, only not to the cluster agent."""


@fact
def service_fault(index: Index, agent: ClusterAgent, service: Service, port: int | None) -> Fault | None:
    """The first fault of a Service; None where it leads to a ready cluster agent.

    `port` is the one that the URL names, None for the Service's first (what Service variables give).
    Raises NotReadError where endpoints decide and may not be read.
    """
    if agent.ready_pods == 0:
        observed = f"{agent.ready_pods} of {len(agent.pods)} pods ready" if agent.pods else "no pod"
        return Fault(FaultKind.NOT_READY, "status.readyReplicas", observed, "at least one ready pod")
    return (
        _selector_fault(index, agent, service)
        or _port_fault(agent, service, port)
        or _policy_fault(service)
        or _endpoint_fault(index, service)
    )


def _selector_fault(index: Index, agent: ClusterAgent, service: Service) -> Fault | None:
    selector = service.spec.selector
    if selector and service.namespace == agent.namespace and matches(selector, agent.labels):
        return None
    expected = ", ".join(f"{key}={value}" for key, value in sorted(stable_selector(agent).items()))
    others = [endpoint for part in slices_of(index, service) for endpoint in part.endpoints or ()]
    if not selector:
        own = {pod.status.pod_ip for pod in agent.pods}
        if others and all(set(endpoint.addresses or ()) <= own for endpoint in others):
            return None  # endpoints kept by hand, and rightly
        return Fault(FaultKind.SELECTOR, "spec.selector", "none", expected, bool(others))
    shown = ", ".join(f"{key}={value}" for key, value in sorted(selector.items()))
    names = sorted({ref.name or "" for endpoint in others if (ref := endpoint.target_ref)})
    what = f"which selects {', '.join(names[:3])}" if names else "which selects no pod"
    if service.namespace != agent.namespace:
        observed = f"{shown} in namespace {service.namespace}, {what}"
        return Fault(FaultKind.SELECTOR, "metadata.namespace", observed, agent.namespace, bool(others))
    return Fault(FaultKind.SELECTOR, "spec.selector", f"{shown}, {what}", expected, bool(others))


def stable_selector(agent: ClusterAgent) -> dict[str, str]:
    """The labels that a Service before the cluster agent should select by: the ones its own installer uses."""
    for service in agent.services:
        if service.spec.selector:
            return dict(service.spec.selector)
    deployment = agent.deployment
    wanted = deployment.spec.selector.match_labels if deployment and deployment.spec.selector else None
    return dict(wanted or {})


def _port_fault(agent: ClusterAgent, service: Service, wanted: int | None) -> Fault | None:
    listening = command_port_of(agent)
    ports = service.tcp_ports()
    port = next((p for p in ports if wanted is None or p.port == wanted), None)
    if port is None:
        shown = ", ".join(_shown(p) for p in service.spec.ports or ()) or "none"
        asked = f"URL port {wanted}, " if wanted is not None else ""
        return Fault(FaultKind.PORT, "spec.ports", f"{asked}Service ports {shown}", str(listening))
    target = target_number(agent, port)
    if target == listening:
        return None
    observed = f"targetPort {port.target_port or port.port}"
    if target is None:
        observed += ", a name that no container of the cluster agent has"
    return Fault(FaultKind.PORT, f"spec.ports[{port.port}].targetPort", observed, str(listening))


def _shown(port: ServicePort) -> str:
    return str(port.port) if port.protocol in (None, "TCP") else f"{port.port}/{port.protocol}"


def _policy_fault(service: Service) -> Fault | None:
    if service.spec.internal_traffic_policy != "Local":
        return None
    return Fault(FaultKind.TRAFFIC_POLICY, "spec.internalTrafficPolicy", "Local", "Cluster")


def _endpoint_fault(index: Index, service: Service) -> Fault | None:
    for part in slices_of(index, service):
        if part.ports and any(endpoint.ready for endpoint in part.endpoints or ()):
            return None
    return Fault(FaultKind.NOT_READY, "endpoints", "no ready endpoint", "at least one ready endpoint")


def slices_of(index: Index, service: Service) -> list[EndpointSlice]:
    """The EndpointSlices of a Service. Raises NotReadError where they may not be read."""
    parts: list[EndpointSlice] = index.all(ENDPOINT_SLICES, service.namespace)
    return [part for part in parts if part.labels.get(SERVICE_NAME_LABEL) == service.name]
