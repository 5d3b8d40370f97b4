"""Where the route of an agent leads, and the first link of it which is broken.

The order of the links is the order of cause and effect, so one workload's route breaks at one place only.
"""

from __future__ import annotations

import msgspec

from kubectl_ddfargate.facts.addresses import is_fixed_for, service_at
from kubectl_ddfargate.facts.agents import AgentGroup
from kubectl_ddfargate.facts.cluster_agent import (
    ClusterAgent,
    agent_for,
    cluster_agent,
    cluster_agents,
    is_meant_for_cluster_agent,
    selects_cluster_agent,
)
from kubectl_ddfargate.facts.index import Index, NotReadError, fact
from kubectl_ddfargate.facts.route_start import Link, Route, entry, place_of, stated
from kubectl_ddfargate.facts.service_health import service_fault
from kubectl_ddfargate.model.kinds import SERVICES
from kubectl_ddfargate.model.kube.network import Service


@fact
def route(index: Index, group: AgentGroup) -> Route:
    """The whole route of a group. Raises NotReadError where a link could not be looked at."""
    start = entry(index, group)
    if start.broken is not None or not start.enabled or (start.source == "url" and start.url is None):
        return start
    known, service = _target(index, group, start)
    if not known:
        return start  # a name of another zone: somebody's own load balancer; only a probe can tell
    agent = agent_for(index, service) if service is not None else cluster_agent(index)
    if agent is None:
        return msgspec.structs.replace(
            start,
            broken=Link.ABSENT,
            observed="no cluster agent in this cluster",
            expected="a cluster agent",
            reaches="other" if service else "nothing",
        )
    if service is None or not _is_for(agent, service):
        return _wrong_target(start, agent, service)
    fault = service_fault(index, agent, service, start.url.port if start.url else None)
    if fault is not None:
        return msgspec.structs.replace(
            start,
            service=service,
            broken=Link.SERVICE,
            fault=fault,
            observed=fault.observed,
            expected=fault.expected,
            reaches="other" if fault.other_pods else "nothing",
        )
    return msgspec.structs.replace(start, service=service, reaches="cluster-agent")


def _target(index: Index, group: AgentGroup, start: Route) -> tuple[bool, Service | None]:
    """Whether the end of a route can be known at all, and the Service that stands there."""
    if start.service is not None or start.url is None:
        return True, start.service
    if start.url.address is not None:
        return True, service_at(index, start.url.address)
    place = place_of(index, start.url.host, group.namespace)
    service: Service | None = index.get(SERVICES, *place) if place else None
    if service is not None and service.spec.external_name:
        place = place_of(index, service.spec.external_name, service.namespace)
        service = index.get(SERVICES, *place) if place else None
    return place is not None, service


def agent_of(index: Index, group: AgentGroup) -> ClusterAgent | None:
    """The cluster agent that a group goes to; the preferred one where its route does not tell.

    Raises NotReadError where there are several and the route could not be followed.
    """
    if len(cluster_agents(index)) < 2:
        return cluster_agent(index)
    _, service = _target(index, group, entry(index, group))
    return agent_for(index, service) if service is not None else cluster_agent(index)


def _is_for(agent: ClusterAgent, service: Service) -> bool:
    return (
        selects_cluster_agent(agent, service)
        or is_fixed_for(agent, service)
        or (service.namespace == agent.namespace and is_meant_for_cluster_agent(service))
    )


def _wrong_target(start: Route, agent: ClusterAgent, service: Service | None) -> Route:
    by_name = start.url is None or start.url.address is None
    there = f"service/{service.name} -n {service.namespace}" if service else "no Service"
    return msgspec.structs.replace(
        start,
        broken=Link.SERVICE_NAME if by_name else Link.ADDRESS,
        service=service,
        observed=f"{start.value} → {there}",
        expected=f"a Service of {agent.address}",
        reaches="other" if service else "nothing",
    )


def try_route(index: Index, group: AgentGroup) -> Route:
    """The route as far as it can be seen, for display: `reaches` is `unknown` where a read failed."""
    for follow in (route, entry, stated):
        try:
            found = follow(index, group)
        except NotReadError:
            continue
        return found if follow is route else msgspec.structs.replace(found, reaches="unknown")
    return Route("url", "?")
