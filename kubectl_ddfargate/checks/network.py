"""What stands in the network between agents and the cluster agent (209, 210)."""

from __future__ import annotations

import json
from collections.abc import Iterator

from kubectl_ddfargate.checks.registry import Problem, check
from kubectl_ddfargate.checks.remedies import apply, kubectl
from kubectl_ddfargate.checks.subjects import (
    ROUTE_NEEDS,
    UsedService,
    each_connected_agent,
    each_used_service,
    object_subject,
    users_of,
)
from kubectl_ddfargate.facts.agents import AgentGroup
from kubectl_ddfargate.facts.cluster_agent import ClusterAgent, agent_for, cluster_agent, command_port_of
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.facts.network_policies import enforcer, is_let_in, policies_on
from kubectl_ddfargate.facts.route import route
from kubectl_ddfargate.facts.security_groups import groups_of_cluster_agent, groups_of_pods
from kubectl_ddfargate.facts.service_health import service_fault, stable_selector
from kubectl_ddfargate.model.kinds import (
    NETWORK_POLICIES,
    NODE_PLUGINS,
    SECURITY_GROUP_POLICIES,
)
from kubectl_ddfargate.model.report import Category, Evidence, Fix, Severity

OPENING = "ddfargate-cluster-agent"


def _reached_by_services(index: Index) -> Iterator[UsedService]:
    """The Services in use that lead to the cluster agent as far as Services go."""
    for used in each_used_service(index):
        if used.users and service_fault(index, used.agent, used.service, used.port) is None:
            yield used


@check(
    "DDF209",
    "NetworkPolicies let the agents in",
    trouble="A NetworkPolicy keeps agents from the cluster agent",
    severity=Severity.ERROR,
    category=Category.ROUTE,
    over=_reached_by_services,
    needs=(*ROUTE_NEEDS, NETWORK_POLICIES, NODE_PLUGINS),
    nothing="no agent that a Service leads to the cluster agent",
)
def let_in(index: Index, used: UsedService) -> Problem | None:
    """A NetworkPolicy on the cluster agent admits no traffic from the workload's pods on its port.

    Symptom: connection timed out, although Service and endpoints are right.
    Why: the policy that the chart and the Operator can make admits agents of its own namespace only. It works where
        something enforces policies; Amazon's plugin does so when told to, and never for pods on Fargate.
    Verified: the policies that select the cluster agent's pods, against the labels of pods and namespaces, and the
        DaemonSets of network plugins. Where no enforcer is seen this is a warning.
    Fix: add a policy that admits the workloads' namespaces. Policies add up, so the one that is there may stay.
    Sources: DataDog/helm-charts charts/datadog/templates/cluster-agent-network-policy.yaml;
        https://kubernetes.io/docs/concepts/services-networking/network-policies/
    """
    shut_out = tuple(group for group in used.users if not is_let_in(index, used.agent, group))
    if not shut_out:
        return None
    policies = policies_on(index, used.agent)
    seen_by = enforcer(index, used.agent)
    port = command_port_of(used.agent)
    seen = tuple(
        Evidence(
            object=f"networkpolicy/{policy.name} -n {policy.namespace}",
            path="spec.ingress",
            observed=f"nothing on {port}/TCP from {', '.join(sorted({one.namespace for one in shut_out}))}",
            expected=f"ingress on {port}/TCP from these namespaces",
        )
        for policy in policies
    )
    by = f", and {seen_by.address} enforces it" if seen_by else "; nothing that enforces policies was seen"
    return Problem(
        message=f"a NetworkPolicy keeps agents from the cluster agent{by}",
        evidence=seen,
        fix=Fix(commands=(apply(index, _opening(used.agent, shut_out)),)),
        subjects=(*(object_subject(policy, NETWORK_POLICIES) for policy in policies), *users_of(shut_out)),
        severity=None if seen_by else Severity.WARNING,
        cause=", ".join(policy.name for policy in policies),
    )


def _opening(agent: ClusterAgent, groups: tuple[AgentGroup, ...]) -> str:
    names = json.dumps(sorted({group.namespace for group in groups}))
    selector = json.dumps(stable_selector(agent))
    return f"""apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {OPENING}
  namespace: {agent.namespace}
spec:
  podSelector: {{matchLabels: {selector}}}
  policyTypes: [Ingress]
  ingress:
  - from:
    - namespaceSelector:
        matchExpressions:
        - {{key: kubernetes.io/metadata.name, operator: In, values: {names}}}
    ports:
    - {{port: {command_port_of(agent)}, protocol: TCP}}
"""


@check(
    "DDF210",
    "Agents and cluster agent are in the cluster's security group",
    trouble="A security group decides, which the API does not show",
    severity=Severity.INFO,
    category=Category.ROUTE,
    over=each_connected_agent,
    needs=(*ROUTE_NEEDS, SECURITY_GROUP_POLICIES),
    nothing="no agent that uses a cluster agent",
)
def known_security_groups(index: Index, group: AgentGroup) -> Problem | None:
    """The pods of the workload, or of the cluster agent, have security groups of their own.

    Symptom: connection timed out, although all that the cluster's API shows is right.
    Why: pods on Fargate are in the cluster's security group, which lets its members reach each other. A
        SecurityGroupPolicy replaces it, and what the other groups let through is known to AWS alone.
    Verified: the annotation that the policy leaves on pods, and the SecurityGroupPolicy objects.
    Fix: see that the cluster agent's side takes the agents' side on its port. `kubectl ddfargate probe` proves it.
    Sources: https://docs.aws.amazon.com/eks/latest/best-practices/sgpp.html;
        aws/amazon-vpc-resource-controller-k8s webhooks/core/pod_webhook.go
    """
    found = route(index, group)
    agent = agent_for(index, found.service) if found.service is not None else cluster_agent(index)
    if agent is None:
        return None
    theirs = groups_of_cluster_agent(index, agent)
    own = list(groups_of_pods(index, group.pods))
    if not own and not theirs:
        return None
    port = command_port_of(agent)
    seen = []
    if own:
        seen.append(_evidence(group.ref.address, own[0][1], f"may reach the cluster agent on {port}/TCP"))
    if theirs:
        seen.append(_evidence(agent.address, theirs, f"take {port}/TCP from the pods on Fargate"))
    look = f"kubectl ddfargate probe {group.ref.resource} -n {group.namespace} {index.snapshot.kubectl_flags}"
    return Problem(
        message="security groups of their own decide whether pods reach the cluster agent, and the API hides them",
        evidence=tuple(seen),
        fix=Fix(commands=(look.rstrip(), kubectl(index, "get", "securitygrouppolicies", "-A", "-o", "yaml"))),
        pods=tuple(pod for pod, _ in own) or None,
    )


def _evidence(where: str, observed: str, expected: str) -> Evidence:
    path = "metadata.annotations[fargate.amazonaws.com/pod-sg]"
    return Evidence(object=where, path=path, observed=observed, expected=f"groups that {expected}")
