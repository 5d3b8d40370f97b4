"""Whether NetworkPolicies let an agent in to the cluster agent, and whether anybody enforces them.

Rules: https://kubernetes.io/docs/concepts/services-networking/network-policies/. Who enforces: the DaemonSets of
the network plugins. Amazon's plugin does so where its policy agent is told to, and never for Fargate pods
(EKS user guide, eks-networking-add-ons.adoc).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping

import msgspec

from kubectl_ddfargate.facts.agents import AgentGroup
from kubectl_ddfargate.facts.cluster_agent import ClusterAgent, command_port_of
from kubectl_ddfargate.facts.fargate import has_label
from kubectl_ddfargate.facts.index import Index, fact
from kubectl_ddfargate.facts.selectors import selects
from kubectl_ddfargate.model.kinds import NAMESPACES, NETWORK_POLICIES, NODE_PLUGINS
from kubectl_ddfargate.model.kube.network_policies import IngressRule, IpBlock, NetworkPolicy, Peer, PolicyPort
from kubectl_ddfargate.model.kube.pods import Pod

_ENFORCERS = ("calico-node", "cilium", "kube-router", "antrea-agent", "weave-net")
"""DaemonSets of plugins that enforce NetworkPolicies whenever they run."""
AMAZON = "aws-node"


class Enforcer(msgspec.Struct, frozen=True):
    """Who enforces NetworkPolicies before the cluster agent."""

    address: str


@fact
def policies_on(index: Index, agent: ClusterAgent) -> tuple[NetworkPolicy, ...]:
    """The NetworkPolicies that decide who may come in to the cluster agent. Raises NotReadError."""
    found: Iterable[NetworkPolicy] = index.all(NETWORK_POLICIES, agent.namespace)
    return tuple(
        policy
        for policy in found
        if selects(policy.spec.pod_selector, agent.labels)
        and "Ingress" in (policy.spec.policy_types or ("Ingress",))
    )


def is_let_in(index: Index, agent: ClusterAgent, group: AgentGroup) -> bool:
    """Whether the policies let a group of agents in on the cluster agent's port; so it is where there is none."""
    policies = policies_on(index, agent)
    if not policies:
        return True
    namespace = index.get(NAMESPACES, "", group.namespace)
    labels = dict(namespace.labels) if namespace is not None else {}
    labels.setdefault("kubernetes.io/metadata.name", group.namespace)
    rules = [rule for policy in policies for rule in policy.spec.ingress or ()]
    return any(_on_port(rule, agent) and _from(rule, agent, group, labels) for rule in rules)


@fact
def enforcer(index: Index, agent: ClusterAgent) -> Enforcer | None:
    """Who enforces NetworkPolicies before the cluster agent; None where nobody is seen. Raises NotReadError."""
    on_fargate = bool(agent.pods) and all(has_label(pod) for pod in agent.pods)
    for plugin in index.all(NODE_PLUGINS):
        told = any(container.enforces for container in plugin.spec.template.spec.containers or ())
        if plugin.name in _ENFORCERS or (plugin.name == AMAZON and told and not on_fargate):
            return Enforcer(f"daemonset/{plugin.name} -n {plugin.namespace}")
    return None


def _on_port(rule: IngressRule, agent: ClusterAgent) -> bool:
    return not rule.ports or any(_is_port(port, agent) for port in rule.ports)


def _is_port(port: PolicyPort, agent: ClusterAgent) -> bool:
    if port.protocol not in (None, "TCP"):
        return False
    wanted = command_port_of(agent)
    if port.port is None:
        return True
    if isinstance(port.port, str):
        own = (agent.container.ports if agent.container else None) or ()
        return any(one.name == port.port and one.container_port == wanted for one in own)
    return port.port <= wanted <= (port.end_port or port.port)


def _from(rule: IngressRule, agent: ClusterAgent, group: AgentGroup, labels: Mapping[str, str]) -> bool:
    if not rule.peers:
        return True
    # a workload's pods have the labels of one template; an agent of which no pod is known is asked as its first
    pods = group.pods
    return all(any(_is_peer(peer, agent, pod, labels) for peer in rule.peers) for pod in pods)


def _is_peer(peer: Peer, agent: ClusterAgent, pod: Pod, namespace: Mapping[str, str]) -> bool:
    if peer.ip_block is not None:
        return _in_block(peer.ip_block, pod.status.pod_ip)
    if peer.namespace_selector is None:
        return pod.namespace == agent.namespace and selects(peer.pod_selector, pod.labels)
    return selects(peer.namespace_selector, namespace) and selects(peer.pod_selector, pod.labels)


def _in_block(block: IpBlock, address: str | None) -> bool:
    if address is None:
        return True  # nothing is claimed of a pod that has no address yet
    try:
        known = ipaddress.ip_address(address)
        return known in ipaddress.ip_network(block.cidr, strict=False) and not any(
            known in ipaddress.ip_network(hole, strict=False) for hole in block.holes or ()
        )
    except ValueError:
        return True
