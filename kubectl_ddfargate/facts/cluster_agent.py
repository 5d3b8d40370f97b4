"""The cluster agent, however it was installed, and the Services that stand before it.

One label is common to Helm and the Operator: `agent.datadoghq.com/component=cluster-agent` on the pods.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from kubectl_ddfargate.facts.images import parse_image
from kubectl_ddfargate.facts.index import Index, fact
from kubectl_ddfargate.facts.selectors import matches
from kubectl_ddfargate.facts.variables import Variable, variable
from kubectl_ddfargate.model.kinds import CLUSTER_AGENT_PODS, DEPLOYMENTS, SERVICES
from kubectl_ddfargate.model.kube.network import Service, ServicePort
from kubectl_ddfargate.model.kube.pods import Container, Pod, PodTemplate
from kubectl_ddfargate.model.kube.workloads import TemplateOwner

COMPONENT_LABEL = "agent.datadoghq.com/component"
COMPONENT = "cluster-agent"
DEFAULT_PORT = 5005
_OTHER_PORTS = frozenset({443, 8443})
"""The cluster agent's admission webhook and metrics API, which have Services of their own."""
OPERATOR_NAME_LABEL = "agent.datadoghq.com/name"


@dataclass(frozen=True, eq=False)
class ClusterAgent:
    """What was found of the cluster agent. At least one of the three is there."""

    namespace: str
    deployment: TemplateOwner | None
    pods: tuple[Pod, ...]
    services: tuple[Service, ...]
    """Those that select its pods, the one with its own name first."""

    @property
    def labels(self) -> dict[str, str]:
        """The labels of its pods: of a live one, else of the template."""
        if self.pods:
            return self.pods[0].labels
        if self.deployment is not None:
            return self.deployment.spec.template.metadata.labels or {}
        return {}

    @property
    def template(self) -> PodTemplate | Pod | None:
        """Where its settings stand."""
        if self.deployment is not None:
            return self.deployment.spec.template
        return self.pods[0] if self.pods else None

    @cached_property
    def container(self) -> Container | None:
        """The container that is the cluster agent."""
        template = self.template
        containers = (template.spec.containers if template else None) or ()
        return next((c for c in containers if is_cluster_agent(c)), next(iter(containers), None))

    @property
    def ready_pods(self) -> int:
        """How many of its pods are Ready."""
        return sum(pod.ready for pod in self.pods)

    @property
    def address(self) -> str:
        """`deployment/datadog-cluster-agent -n datadog`."""
        name = self.deployment.name if self.deployment else "datadog-cluster-agent"
        return f"deployment/{name} -n {self.namespace}"


def is_cluster_agent(container: Container) -> bool:
    """Whether a container is Datadog's cluster agent: by name or image, and by what only Datadog's has."""
    image = parse_image(container.image or "")
    if COMPONENT not in (container.name, image.name):
        return False
    # others make a "cluster agent" too: the path of the registry or the settings name Datadog
    return "datadog" in image.repository or any(
        entry.name == "DD_API_KEY" or entry.name.startswith("DD_CLUSTER_AGENT_") for entry in container.env or ()
    )


def runs_cluster_agent(deployment: TemplateOwner) -> bool:
    """Whether a Deployment makes cluster agents."""
    template = deployment.spec.template
    if (template.metadata.labels or {}).get(COMPONENT_LABEL) == COMPONENT:
        return True
    return any(is_cluster_agent(container) for container in template.spec.containers or ())


def is_meant_for_cluster_agent(service: Service) -> bool:
    """Whether a Service is meant to lead to a cluster agent, by its name or selector, right or not."""
    ports = {port.port for port in service.spec.ports or ()}
    if not ports.isdisjoint(_OTHER_PORTS):
        return False
    named = re.search(r"cluster-agent(-|$)", service.name) is not None
    return named or (service.spec.selector or {}).get(COMPONENT_LABEL) == COMPONENT


def cluster_agent(index: Index) -> ClusterAgent | None:
    """The cluster agent; None where nothing of it exists.

    Raises NotReadError where nothing was found and something could not be read. Where several are installed,
    the one with a ready pod is meant, then the first by namespace.
    """
    return next(iter(cluster_agents(index)), None)


@fact
def cluster_agents(index: Index) -> tuple[ClusterAgent, ...]:
    """The cluster agents of all installations, one a namespace, the preferred one first. Raises as above."""
    pods = [p for p in index.seen(CLUSTER_AGENT_PODS) if not p.finished]
    deployments = [d for d in index.seen(DEPLOYMENTS) if runs_cluster_agent(d)]
    services = [s for s in index.seen(SERVICES) if is_meant_for_cluster_agent(s)]
    ready = {pod.namespace for pod in pods if pod.ready}
    places = sorted({item.namespace for item in (*pods, *deployments)}, key=lambda name: (name not in ready, name))
    # A Service alone tells of one installation that was meant, not of several.
    places = places or sorted({item.namespace for item in services})[:1]
    if not places:
        for kind in (CLUSTER_AGENT_PODS, DEPLOYMENTS, SERVICES):
            index.all(kind)
    return tuple(_in_namespace(index, place, pods, deployments) for place in places)


def _in_namespace(index: Index, namespace: str, pods: list[Pod], deployments: list[TemplateOwner]) -> ClusterAgent:
    deployment = next((item for item in deployments if item.namespace == namespace), None)
    own = [pod for pod in pods if pod.namespace == namespace]
    found = ClusterAgent(namespace, deployment, tuple(sorted(own, key=lambda pod: pod.name)), ())
    before = [s for s in index.seen(SERVICES, namespace) if selects_cluster_agent(found, s)]
    first = deployment.name if deployment else "datadog-cluster-agent"
    before.sort(key=lambda service: (service.name != first, service.name))
    return ClusterAgent(namespace, deployment, found.pods, tuple(before))


def agent_for(index: Index, service: Service) -> ClusterAgent | None:
    """The cluster agent that a Service belongs to: that of its own namespace, else the preferred one."""
    found = cluster_agents(index)
    return next((agent for agent in found if agent.namespace == service.namespace), cluster_agent(index))


def selects_cluster_agent(agent: ClusterAgent, service: Service) -> bool:
    """Whether a Service's selector takes the cluster agent's pods (by labels, not by what is ready)."""
    selector = service.spec.selector
    if service.namespace != agent.namespace or not selector or not matches(selector, agent.labels):
        return False
    wanted = command_port_of(agent)
    leads_there = any(wanted in (port.port, target_number(agent, port)) for port in service.tcp_ports())
    return leads_there or is_meant_for_cluster_agent(service)


def target_number(agent: ClusterAgent, port: ServicePort) -> int | None:
    """The port of the cluster agent's pods that a port of a Service leads to; None for a name that they lack."""
    target = port.target_port if port.target_port not in (None, 0, "") else port.port
    if isinstance(target, int):
        return target
    containers = (agent.template.spec.containers if agent.template else None) or ()
    named = [own for container in containers for own in container.ports or () if own.name == target]
    return named[0].container_port if named else None


def command_port_of(agent: ClusterAgent) -> int:
    """The port that the cluster agent listens on: `DD_CLUSTER_AGENT_CMD_PORT`, 5005 where it is not set."""
    for entry in (agent.container.env if agent.container else None) or ():
        if entry.name == "DD_CLUSTER_AGENT_CMD_PORT" and (entry.value or "").isdecimal():
            return int(entry.value or DEFAULT_PORT)
    return DEFAULT_PORT


def setting(index: Index, agent: ClusterAgent, name: str) -> Variable | None:
    """One variable of the cluster agent's container; None where it is not set."""
    if agent.container is None:
        return None
    return variable(index, agent.namespace, agent.container, name)


def installer_of(agent: ClusterAgent) -> str:
    """Who installed it, for the reader: `the Operator`, `Helm` or `hand`."""
    labels = agent.labels
    if OPERATOR_NAME_LABEL in labels:
        return "the Operator"
    return "Helm" if labels.get("app.kubernetes.io/managed-by") == "Helm" else "hand"
