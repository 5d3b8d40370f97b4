"""Where an agent looks for the cluster agent, by its settings: a URL, or the variables of a Service.

The first links of the route, up to where a Service must be looked at. Precedence of URL and Service variables:
DataDog/datadog-agent pkg/config/utils/clusteragent.go.
"""

from __future__ import annotations

import ipaddress
from enum import Enum

import msgspec

from kubectl_ddfargate.facts.agents import AgentGroup
from kubectl_ddfargate.facts.cluster_agent_url import (
    ClusterAgentUrl,
    Malformed,
    parse_url,
    service_named,
    url_of,
)
from kubectl_ddfargate.facts.dns import effective_dns
from kubectl_ddfargate.facts.index import Index, fact
from kubectl_ddfargate.facts.service_health import Fault
from kubectl_ddfargate.facts.variables import Variable, is_true, text_of, variable
from kubectl_ddfargate.model.kinds import NAMESPACES, SERVICES
from kubectl_ddfargate.model.kube.network import Service
from kubectl_ddfargate.model.kube.pods import Pod

URL_VARIABLE = "DD_CLUSTER_AGENT_URL"
SERVICE_NAME_VARIABLE = "DD_CLUSTER_AGENT_KUBERNETES_SERVICE_NAME"
DEFAULT_SERVICE_NAME = "datadog-cluster-agent"


class Link(Enum):
    """The links of the route, in causal order."""

    URL_FORM = "the URL's form"
    NO_URL = "no URL, and no Service variables in this namespace"
    NAME = "name resolution"
    ABSENT = "the cluster agent"
    ADDRESS = "the URL's address"
    SERVICE_NAME = "the URL's name"
    SERVICE = "the Service"


class Route(msgspec.Struct, frozen=True):
    """The route of one group of agents, as far as it could be followed."""

    source: str
    """`url`, `service-env` or `none`."""
    value: str
    path: str = ""
    enabled: bool = True
    """False where the agent is told not to use a cluster agent at all."""
    url: ClusterAgentUrl | None = None
    broken: Link | None = None
    observed: str = ""
    expected: str = ""
    pods: tuple[Pod, ...] = ()
    """The pods for which the link is broken."""
    service: Service | None = None
    fault: Fault | None = None
    reaches: str = "unknown"


@fact
def stated(index: Index, group: AgentGroup) -> Route:
    """The route as the agent's settings tell it: wanted or not, the URL and its form. No Service is looked at."""
    if not is_true(text_of(_setting(index, group, "DD_CLUSTER_AGENT_ENABLED"), "false")):
        return Route("none", "", enabled=False, reaches="nothing")
    url = _setting(index, group, URL_VARIABLE)
    text = text_of(url)
    return _by_url(group, text, url.path) if url is not None and text else Route("service-env", "")


@fact
def entry(index: Index, group: AgentGroup) -> Route:
    """The route up to the Service: settings, form, and whether the pod knows the name or has the variables."""
    start = stated(index, group)
    if start.source == "service-env":
        start = _by_service_variables(index, group)
    start = _by_host_alias(group, start)
    if start.url is not None and start.url.address is None and place_of(index, start.url.host, group.namespace):
        dns = effective_dns(index, group.spec)
        if not dns.knows_cluster_names:
            return msgspec.structs.replace(
                start,
                broken=Link.NAME,
                observed=f"{start.value}, asked of {dns.kind} DNS",
                expected="https://<a fixed ClusterIP of the cluster agent>:5005",
                reaches="nothing",
            )
    return start


def _by_host_alias(group: AgentGroup, start: Route) -> Route:
    """The pod's own `/etc/hosts` is asked before any name server."""
    if start.url is None or start.url.address is not None:
        return start
    name = start.url.host.rstrip(".").lower()
    for alias in group.spec.host_aliases or ():
        if alias.ip and name in (known.rstrip(".").lower() for known in alias.hostnames or ()):
            address = ipaddress.ip_address(alias.ip)
            return msgspec.structs.replace(start, url=ClusterAgentUrl(alias.ip, start.url.port, address))
    return start


def _setting(index: Index, group: AgentGroup, name: str) -> Variable | None:
    return variable(index, group.namespace, group.container, name)


def _by_url(group: AgentGroup, text: str, path: str) -> Route:
    route = Route("url", text, path, pods=group.pods)
    parsed = parse_url(text)
    if isinstance(parsed, Malformed):
        return msgspec.structs.replace(
            route,
            broken=Link.URL_FORM,
            observed=f"{text} ({parsed.problem})",
            expected="https://ADDRESS:PORT",
            reaches="nothing",
        )
    return msgspec.structs.replace(route, url=parsed)


def _by_service_variables(index: Index, group: AgentGroup) -> Route:
    name = text_of(_setting(index, group, SERVICE_NAME_VARIABLE)) or DEFAULT_SERVICE_NAME
    prefix = name.upper().replace("-", "_")
    route = Route("service-env", f"{prefix}_SERVICE_HOST", pods=group.pods)
    broken = msgspec.structs.replace(route, source="none", broken=Link.NO_URL, reaches="nothing")
    host = _setting(index, group, f"{prefix}_SERVICE_HOST")
    if host is not None and text_of(host):
        return _by_given_variables(group, prefix, host, text_of(_setting(index, group, f"{prefix}_SERVICE_PORT")))
    service = index.get(SERVICES, group.namespace, name)
    if service is None or not service.addresses():
        lacking = f"has no Service {name}" if service is None else f"has a Service {name} without a cluster IP"
        return msgspec.structs.replace(
            broken,
            observed=f"{URL_VARIABLE} is not set, and {group.namespace} {lacking}, "
            f"so {prefix}_SERVICE_HOST is empty",
            expected=f"{URL_VARIABLE} set",
        )
    if group.spec.enable_service_links is False:
        return msgspec.structs.replace(
            broken,
            observed=f"{URL_VARIABLE} is not set, and enableServiceLinks: false keeps the Service variables out",
            expected=f"{URL_VARIABLE} set",
        )
    born = service.metadata.creation_timestamp or ""
    # The kubelet puts the variables together whenever it starts the container.
    older = tuple(pod for pod in group.pods if _started(pod, group.container.name) < born)
    if older:
        return msgspec.structs.replace(
            broken,
            pods=older,
            observed=f"the agents started before service/{name} was made, so {prefix}_SERVICE_HOST is empty",
            expected=f"{URL_VARIABLE} set, or agents that started later than the Service was made",
        )
    return msgspec.structs.replace(route, service=service)


def _by_given_variables(group: AgentGroup, prefix: str, host: Variable, port: str) -> Route:
    """The Service variables as the container's own environment spells them out: they beat the kubelet's."""
    value = text_of(host)
    route = Route("service-env", value, host.path, pods=group.pods)
    parsed = parse_url(url_of(value, int(port))) if port.isdecimal() else Malformed("no port")
    if isinstance(parsed, Malformed):
        return msgspec.structs.replace(
            route,
            source="none",
            broken=Link.NO_URL,
            observed=f"{prefix}_SERVICE_HOST is {value}, and {prefix}_SERVICE_PORT is {port or 'not set'}",
            expected=f"{URL_VARIABLE} set",
            reaches="nothing",
        )
    return msgspec.structs.replace(route, value=url_of(value, parsed.port), url=parsed)


def _started(pod: Pod, container: str) -> str:
    """When a container started; the pod's creation where that is not reported."""
    statuses = (*(pod.status.container_statuses or ()), *(pod.status.init_container_statuses or ()))
    states = [status.state for status in statuses if status.name == container and status.state]
    times = [state.running.started_at for state in states if state.running and state.running.started_at]
    return times[0] if times else pod.metadata.creation_timestamp or ""


def place_of(index: Index, host: str, namespace: str) -> tuple[str, str] | None:
    """`(namespace, name)` of the Service that a host means; None for a name of another zone.

    Two labels may be a Service and its namespace, or a domain of somebody's own: it is the former where such a
    namespace exists. Raises NotReadError where that decides and namespaces may not be read.
    """
    place = service_named(host, namespace)
    if place is not None and host.rstrip(".").count(".") == 1 and index.get(NAMESPACES, "", place[0]) is None:
        return None
    return place
