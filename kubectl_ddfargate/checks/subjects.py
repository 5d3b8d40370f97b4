"""What checks look at, and how each of it is named in a report."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

import msgspec

from kubectl_ddfargate.facts.addresses import fixed_services
from kubectl_ddfargate.facts.agents import AgentGroup, agents
from kubectl_ddfargate.facts.cluster_agent import ClusterAgent, agent_for, cluster_agents
from kubectl_ddfargate.facts.dns import is_cluster_dns
from kubectl_ddfargate.facts.fargate import Workload, fargate_workloads, half_marked_workloads
from kubectl_ddfargate.facts.index import Index, NotReadError
from kubectl_ddfargate.facts.injection import prospects
from kubectl_ddfargate.facts.route import route
from kubectl_ddfargate.facts.route_start import Link, stated
from kubectl_ddfargate.facts.workloads import WorkloadRef
from kubectl_ddfargate.model.kinds import (
    CONFIG_MAPS,
    DEPLOYMENTS,
    ENDPOINT_SLICES,
    NAMESPACES,
    PODS,
    SECRETS,
    SERVICES,
    Kind,
)
from kubectl_ddfargate.model.kube.meta import Object
from kubectl_ddfargate.model.kube.network import Service
from kubectl_ddfargate.model.report import Subject

ROUTE_NEEDS = (PODS, SERVICES, DEPLOYMENTS, ENDPOINT_SLICES, NAMESPACES, CONFIG_MAPS, SECRETS)
"""What following a route to its end may have to read: settings may come from ConfigMaps and Secrets."""


class WholeCluster(msgspec.Struct, frozen=True):
    """The cluster itself, for checks that ask one question only."""


class UsedService(msgspec.Struct, frozen=True, eq=False):
    """A Service that matters for the route to the cluster agent, and the agents that use it."""

    agent: ClusterAgent
    service: Service
    users: tuple[AgentGroup, ...]
    port: int | None


def the_cluster(_: Index) -> tuple[WholeCluster, ...]:
    """The cluster, once."""
    return (WholeCluster(),)


def a_cluster_with_fargate(index: Index) -> tuple[WholeCluster, ...]:
    """The cluster, once, where it has Fargate pods."""
    return (WholeCluster(),) if fargate_workloads(index) else ()


def all_of_fargate(index: Index) -> tuple[WholeCluster, ...]:
    """The cluster, once, where all its Fargate pods were looked at: a part says nothing about the whole."""
    scope = index.snapshot.scope
    return () if scope.namespace or scope.selector else a_cluster_with_fargate(index)


def each_workload(index: Index) -> tuple[Workload, ...]:
    """Every workload on Fargate."""
    return _dns_last(fargate_workloads(index))


def each_marked_workload(index: Index) -> tuple[Workload, ...]:
    """Every workload with at least one of Fargate's two marks."""
    return (*fargate_workloads(index), *half_marked_workloads(index))


def each_agent(index: Index) -> tuple[AgentGroup, ...]:
    """Every agent that runs on Fargate, alike ones together."""
    return _dns_last(agents(index))


def each_connected_agent(index: Index) -> tuple[AgentGroup, ...]:
    """Every agent that is told to use a cluster agent, and those whose settings could not be read."""
    return tuple(group for group in each_agent(index) if _connects(index, group))


def _connects(index: Index, group: AgentGroup) -> bool:
    try:
        return stated(index, group).enabled
    except NotReadError:
        return True


def each_agent_now_or_next(index: Index) -> tuple[AgentGroup, ...]:
    """Every agent on Fargate, and those that pods without one would get at their next start."""
    return _dns_last((*agents(index), *prospects(index)))


T = TypeVar("T", Workload, AgentGroup)


def _dns_last(things: tuple[T, ...]) -> tuple[T, ...]:
    """The cluster's DNS behind all others: cures come in this order, and what restarts it is best tried before."""
    return tuple(sorted(things, key=is_cluster_dns))


def each_used_service(index: Index) -> Iterator[UsedService]:
    """The Services that routes lead to and the fixed ones, each with its users.

    None where there is no cluster agent. Gives what could be seen first, and then raises NotReadError where a
    route could not be followed.
    """
    installed = cluster_agents(index)
    if not installed or not fargate_workloads(index):
        return
    unread: NotReadError | None = None
    services: dict[tuple[str, str], Service] = {}
    users: dict[tuple[str, str, int | None], list[AgentGroup]] = {}
    for group in each_connected_agent(index):
        try:
            found = route(index, group)
        except NotReadError as error:
            unread = error
            continue
        if found.service is not None and found.broken in (None, Link.SERVICE):
            place = (found.service.namespace, found.service.name)
            services[place] = found.service
            port = found.url.port if found.url else None
            users.setdefault((place[0], place[1], port), []).append(group)
    for service in (service for agent in installed for service in fixed_services(index, agent)):
        place = (service.namespace, service.name)
        if place not in services:
            services[place] = service
            users[place[0], place[1], None] = []
    for key in sorted(users, key=lambda key: (key[0], key[1], key[2] or 0)):
        service = services[key[0], key[1]]
        yield UsedService(agent_for(index, service) or installed[0], service, tuple(users[key]), key[2])
    if unread is not None:
        raise unread


def subjects_of(thing: Any, pods: int | None) -> tuple[Subject, ...]:
    """How a report names what was looked at. `pods` overrides the number of pods."""
    if isinstance(thing, Workload | AgentGroup):
        return (workload_subject(thing.ref, len(thing.pods) if pods is None else pods),)
    if isinstance(thing, UsedService):
        own = object_subject(thing.service, SERVICES)
        return (own, *users_of(thing.users))
    return ()


def users_of(groups: tuple[AgentGroup, ...]) -> tuple[Subject, ...]:
    """The workloads that several groups of agents belong to."""
    counts: dict[WorkloadRef, set[str]] = {}
    for group in groups:
        counts.setdefault(group.ref, set()).update(pod.name for pod in group.pods)
    return tuple(workload_subject(ref, len(names)) for ref, names in sorted(counts.items()))


def workload_subject(ref: WorkloadRef, pods: int) -> Subject:
    """A workload with a number of its pods."""
    return Subject(api_version=ref.api_version, kind=ref.kind, namespace=ref.namespace, name=ref.name, pods=pods)


def object_subject(item: Object, kind: Kind) -> Subject:
    """Any other object."""
    return Subject(api_version=kind.api_version, kind=kind.kind, namespace=item.namespace, name=item.name)
