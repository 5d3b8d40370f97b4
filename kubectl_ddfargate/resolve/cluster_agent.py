"""Which cluster agent is meant, and what a Service before it selects and leads to."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from kubectl_ddfargate.facts.cluster_agent import (
    COMPONENT,
    COMPONENT_LABEL,
    ClusterAgent,
    cluster_agents,
    command_port_of,
    selects_cluster_agent,
)
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.facts.selectors import matches
from kubectl_ddfargate.facts.service_health import stable_selector
from kubectl_ddfargate.model.kinds import CLUSTER_AGENT_PODS, DEPLOYMENTS, SERVICES
from kubectl_ddfargate.model.kube.workloads import TemplateOwner
from kubectl_ddfargate.resolve.desk import Desk


class Chosen(msgspec.Struct, frozen=True, eq=False):
    """The cluster agent, as the fixed Service and the agents need it."""

    agent: ClusterAgent
    selector: Mapping[str, str]
    port: int


def settle_cluster_agent(desk: Desk) -> Chosen | None:
    """The named cluster agent, else the one that was found; None, with a note, where there is none."""
    said = desk.settings.cluster_agent
    found = desk.ask("the cluster agent", lambda: cluster_agents(desk.index))
    if found is None:
        return None
    if said.namespace or said.name:
        agent = desk.ask("the cluster agent", lambda: _named(desk.index, found, said.namespace, said.name))
    else:
        agent = next(iter(found), None)
    if agent is None or agent.template is None:
        _missing(desk, found)
        return None
    if len(found) > 1 and not (said.namespace or said.name):
        others = ", ".join(other.address for other in found if other is not agent)
        desk.warn(f"there are several cluster agents; {agent.address} is taken (others: {others})")
    desk.settle("clusterAgent.name", agent.address, "what runs in the cluster")
    selector = dict(said.selector or stable_selector(agent))
    if not selector:
        desk.block(
            f"it is not clear which labels select the pods of {agent.address}",
            next_step="give them as clusterAgent.selector in the settings file",
        )
        return None
    desk.settle("clusterAgent.selector", ",".join(f"{k}={v}" for k, v in sorted(selector.items())), agent.address)
    port = said.port or command_port_of(agent)
    desk.settle("clusterAgent.port", str(port), agent.address)
    return Chosen(agent, selector, port)


def _named(
    index: Index, found: tuple[ClusterAgent, ...], namespace: str | None, name: str | None
) -> ClusterAgent | None:
    """The cluster agent of a namespace, of a Deployment's name, or both; a Deployment under any name where both."""
    for agent in found:
        if namespace in (None, agent.namespace) and (
            name is None or (agent.deployment is not None and agent.deployment.name == name)
        ):
            return agent
    if namespace is None or name is None:
        return None
    deployment: TemplateOwner | None = index.get(DEPLOYMENTS, namespace, name)
    if deployment is None:
        return None
    wanted = (deployment.spec.selector.match_labels if deployment.spec.selector else None) or {}
    pods = tuple(
        pod
        for pod in index.seen(CLUSTER_AGENT_PODS, namespace)
        if wanted and matches(wanted, pod.labels) and not pod.finished
    )
    bare = ClusterAgent(namespace, deployment, pods, ())
    services = tuple(one for one in index.seen(SERVICES, namespace) if selects_cluster_agent(bare, one))
    return ClusterAgent(namespace, deployment, pods, services)


def _missing(desk: Desk, found: tuple[ClusterAgent, ...]) -> None:
    said = desk.settings.cluster_agent
    if said.namespace or said.name:
        wanted = f"{said.namespace or '*'}/{said.name or '*'}"
        known = [f"{one.namespace}/{one.deployment.name}" for one in found if one.deployment]
        desk.block(
            f"there is no cluster agent {wanted}",
            next_step=f"name one of: {', '.join(known)}" if known else "install the cluster agent first",
        )
        return
    desk.block(
        f"no cluster agent was found: no pod with the label {COMPONENT_LABEL}={COMPONENT}, and no Deployment with "
        "that label or with a container from Datadog's image cluster-agent",
        next_step="install it (Datadog Operator or chart), or name its Deployment with --cluster-agent NS/NAME",
        commands=(desk.kubectl("get", "deployments", "-A", "-l", f"{COMPONENT_LABEL}={COMPONENT}"),),
    )
