"""DNS of Fargate pods (101, 102, 106)."""

from __future__ import annotations

from kubectl_ddfargate.checks.registry import Problem, check
from kubectl_ddfargate.checks.remedies import use_fixed_url
from kubectl_ddfargate.checks.subjects import each_connected_agent, each_workload
from kubectl_ddfargate.facts.agents import AgentGroup, agents_in, has_agent
from kubectl_ddfargate.facts.dns import effective_dns
from kubectl_ddfargate.facts.fargate import Workload, fargate_workloads
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.facts.injection import injected_today, spec_today
from kubectl_ddfargate.facts.route_start import Link, entry
from kubectl_ddfargate.model.kinds import (
    BINDINGS,
    CONFIG_MAPS,
    DEPLOYMENTS,
    NAMESPACES,
    PODS,
    POLICIES,
    SECRETS,
    SERVICES,
    STATEFUL_SETS,
    WEBHOOKS,
)
from kubectl_ddfargate.model.report import Category, Evidence, Severity


@check(
    "DDF101",
    "Agents can resolve the name of the cluster agent",
    trouble="Agents cannot resolve the name of the cluster agent",
    severity=Severity.ERROR,
    category=Category.DNS,
    over=each_connected_agent,
    needs=(PODS, SERVICES, NAMESPACES, CONFIG_MAPS, SECRETS),
    nothing="no agent that uses a cluster agent",
)
def name_resolves(index: Index, group: AgentGroup) -> Problem | None:
    """An agent is told to find the cluster agent by a name that its pod's DNS cannot know.

    Symptom: the agent logs `no such host`; the pods hang in Datadog without their cluster.
    Why: a pod with `dnsPolicy: Default` asks the resolver of its node (on Fargate the VPC's), which knows no
        `*.svc.cluster.local`. CoreDNS must be set so, for it cannot be its own name server; Karpenter often is.
    Verified: the pod's effective DNS (dnsPolicy, dnsConfig, hostNetwork) against the host in
        `DD_CLUSTER_AGENT_URL`. Names outside the cluster's zones are left alone.
    Fix: `kubectl ddfargate install`. By hand: put a Service with a fixed ClusterIP before the cluster agent and set
        the URL to that address. Routing to a ClusterIP needs no DNS.
    Sources: https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#pod-s-dns-policy
    """
    found = entry(index, group)
    if found.broken is not Link.NAME:
        return None
    url, fix = use_fixed_url(index, group)
    dns = effective_dns(index, group.spec)
    return Problem(
        message=f"{dns.kind} DNS cannot resolve the name of the cluster agent in {found.value}",
        evidence=(
            Evidence(object=group.ref.address, path=found.path, observed=found.value, expected=url),
            Evidence(
                object=group.ref.address,
                path="spec.dnsPolicy",
                observed=dns.reason,
                expected="a name server that knows *.svc.cluster.local, or an address instead of the name",
            ),
        ),
        fix=fix,
    )


def _node_dns_without_agent(index: Index) -> tuple[Workload, ...]:
    return tuple(
        workload
        for workload in fargate_workloads(index)
        if not any(has_agent(pod.spec) for pod in workload.pods)
        and not effective_dns(index, workload.pods[0].spec).knows_cluster_names
    )


@check(
    "DDF102",
    "The next agents of node-DNS workloads get an address, not a name",
    trouble="The next injection gives a name that node DNS cannot resolve",
    severity=Severity.WARNING,
    category=Category.DNS,
    over=_node_dns_without_agent,
    nothing="no node-DNS workload without an agent",
    needs=(PODS, SERVICES, DEPLOYMENTS, STATEFUL_SETS, POLICIES, BINDINGS, WEBHOOKS, NAMESPACES),
)
def next_name_resolves(index: Index, workload: Workload) -> Problem | None:
    """A workload with node DNS has no agent yet, and what would inject one sets a name it cannot resolve.

    Symptom: none yet. At the next start of a pod it becomes DDF101.
    Why: Fargate re-creates pods by itself (patching), so the injection happens without anybody's doing.
    Verified: the server's dry-run of the workload's own template, and the URL in the agent that came in.
    Fix: `kubectl ddfargate install`. By hand: set the URL to a fixed ClusterIP in the policy before the pods
        restart.
    Sources: https://docs.aws.amazon.com/eks/latest/userguide/fargate-pod-patching.html
    """
    if not injected_today(index, workload.ref):
        return None
    spec = spec_today(index, workload.ref)
    for container in agents_in(spec):
        group = AgentGroup(workload.ref, container, spec, workload.pods, prospective=True)
        found = entry(index, group)
        if found.broken is Link.NAME:
            url, fix = use_fixed_url(index, group)
            seen = Evidence(object=workload.ref.address, path=found.path, observed=found.value, expected=url)
            return Problem(
                message=f"the next pods would get {found.value}, which their DNS cannot resolve",
                evidence=(seen,),
                fix=fix,
            )
    return None


@check(
    "DDF106",
    "No workload needs a fixed address of the cluster agent",
    trouble="Workloads that use node DNS",
    severity=Severity.INFO,
    category=Category.DNS,
    over=each_workload,
    needs=(PODS, SERVICES),
)
def uses_node_dns(index: Index, workload: Workload) -> Problem | None:
    """The inventory of workloads that cannot ask the cluster's DNS.

    Symptom: none by itself.
    Why: these workloads are what a fixed address of the cluster agent exists for.
    Verified: dnsPolicy, dnsConfig and hostNetwork of their pods.
    Fix: nothing to mend; give their agents an address instead of a name.
    Sources: https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#pod-s-dns-policy
    """
    apart = [(pod, dns) for pod in workload.pods if (dns := effective_dns(index, pod.spec)).kind != "cluster"]
    if not apart:
        return None
    seen = Evidence(
        object=workload.ref.address,
        path="spec.dnsPolicy",
        observed=apart[0][1].reason,
        expected="nothing: the cluster agent must be reached by address",
    )
    return Problem(
        message="workloads on Fargate that do not use the cluster's DNS",
        evidence=(seen,),
        pods=tuple(pod for pod, _ in apart),
    )
