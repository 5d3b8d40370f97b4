"""What is told of an agent's credentials, of its way to the cluster agent, and of its rights."""

from __future__ import annotations

from collections.abc import Iterator

from kubectl_ddfargate.commands.tracing.lines import agents_of
from kubectl_ddfargate.facts.agents import AgentGroup
from kubectl_ddfargate.facts.cluster_agent import cluster_agent, command_port_of
from kubectl_ddfargate.facts.dns import effective_dns
from kubectl_ddfargate.facts.fargate import Workload
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.facts.kubelet_rights import RIGHTS, lacking_rights
from kubectl_ddfargate.facts.network_policies import enforcer, is_let_in, policies_on
from kubectl_ddfargate.facts.proxy import proxied
from kubectl_ddfargate.facts.route import agent_of, route
from kubectl_ddfargate.facts.route_start import Link, entry
from kubectl_ddfargate.facts.secret_facts import cluster_agent_token, lacks, token_of
from kubectl_ddfargate.facts.security_groups import groups_of_cluster_agent, groups_of_pods
from kubectl_ddfargate.facts.service_health import service_fault
from kubectl_ddfargate.facts.variables import secret_uses
from kubectl_ddfargate.model.trace import Line


def secrets(index: Index, workload: Workload) -> Iterator[Line]:
    """The Secrets that the agent's container refers to."""
    for group in agents_of(index, workload):
        missing = {(lack.use.secret, lack.use.key) for lack in lacks(index, group)}
        whole = {lack.use.secret for lack in lacks(index, group) if lack.secret is None}
        for use in secret_uses(group.container):
            lost = use.secret in whole or (use.secret, use.key) in missing
            there = "no such Secret" if use.secret in whole else "no such key" if lost else "there"
            name = f"secret/{use.secret}, key {use.key}" if use.key else f"secret/{use.secret}"
            yield Line(subject=name, says=f"{there} (for {use.variable or 'envFrom'})")


def token(index: Index, workload: Workload) -> Iterator[Line]:
    """The token, against the cluster agent's."""
    for group in agents_of(index, workload):
        own, theirs = token_of(index, group), cluster_agent_token(index, agent_of(index, group))
        if own is None or theirs is None:
            which = "the agent's" if own is None else "the cluster agent's"
            yield Line(subject="token", says=f"{which} is not known")
        else:
            same = own.mark.digest == theirs.mark.digest
            yield Line(subject="token", says="the cluster agent's" if same else "another than the cluster agent's")


def url(index: Index, workload: Workload) -> Iterator[Line]:
    """Where the agent is told to look."""
    for group in agents_of(index, workload):
        found = entry(index, group)
        if not found.enabled:
            yield Line(subject="cluster agent", says="the agent is told to do without one")
        elif found.source == "url":
            yield Line(subject="DD_CLUSTER_AGENT_URL", says=found.value)
        else:
            yield Line(
                subject=found.value, says=found.observed or "given by the kubelet, from a Service beside the pod"
            )


def name(index: Index, workload: Workload) -> Iterator[Line]:
    """Whether the pod can resolve it."""
    for group in agents_of(index, workload):
        found = entry(index, group)
        if found.url is None or found.url.address is not None:
            yield Line(subject="no name", says="an address needs no DNS")
        else:
            dns = effective_dns(index, group.spec)
            yield Line(subject=found.url.host, says=f"asked of {dns.kind} DNS")


def service(index: Index, workload: Workload) -> Iterator[Line]:
    """The Service, and whether it leads to the cluster agent."""
    for group in agents_of(index, workload):
        found = route(index, group)
        if found.service is not None:
            addresses = ", ".join(found.service.addresses())
            said = found.observed if found.broken is not None else "leads to the cluster agent"
            yield Line(
                subject=f"service/{found.service.name} -n {found.service.namespace}", says=f"{addresses}: {said}"
            )
        elif found.broken in (Link.ADDRESS, Link.SERVICE_NAME):
            yield Line(subject="no Service", says=found.observed)
        else:
            yield from _by_the_way(index, group)


def _by_the_way(index: Index, group: AgentGroup) -> Iterator[Line]:
    """Which Service would lead there, where the route ends before one."""
    agent = agent_of(index, group)
    for one in (agent.services if agent else ())[:2]:
        if agent is not None and service_fault(index, agent, one, None) is None:
            where = f"service/{one.name} -n {one.namespace}"
            yield Line(subject=where, says=f"{', '.join(one.addresses())} would lead to the cluster agent")


def behind(index: Index, workload: Workload) -> Iterator[Line]:
    """The cluster agent itself."""
    found = cluster_agent(index)
    for group in agents_of(index, workload)[:1]:
        found = agent_of(index, group)
    if found is None:
        yield Line(subject="cluster agent", says="none in this cluster")
    else:
        yield Line(subject=found.address, says=f"{found.ready_pods} of {len(found.pods)} pods ready")


def network(index: Index, workload: Workload) -> Iterator[Line]:
    """What may stand between."""
    for group in agents_of(index, workload)[:1]:
        agent = agent_of(index, group)
        if agent is None:
            return
        policies = policies_on(index, agent)
        names = ", ".join(f"networkpolicy/{one.name}" for one in policies)
        if not policies:
            yield Line(subject="NetworkPolicy", says="none selects the cluster agent")
        else:
            let = "lets these pods in" if is_let_in(index, agent, group) else "does not let these pods in"
            by = enforcer(index, agent)
            who = f"enforced by {by.address}" if by else "nobody is seen to enforce it"
            yield Line(subject=names, says=f"{let}; {who}")
        given = [said for _, said in groups_of_pods(index, group.pods)][:1]
        given += [said for said in (groups_of_cluster_agent(index, agent),) if said]
        text = "; ".join(given) or "the cluster's own on this side"
        port = command_port_of(agent)
        yield Line(subject="security groups", says=f"{text}; whether {port}/TCP is open the API does not tell")
        flags = index.snapshot.kubectl_flags
        ask = f"kubectl ddfargate probe {workload.ref.resource} -n {workload.ref.namespace} {flags}"
        yield Line(subject="to prove it", says=ask.rstrip())
        found = route(index, group)
        if found.url is not None:
            asked = proxied(index, group, found.url)
            says = (
                "none in the way" if asked is None else f"{asked.proxy.name} is asked, NO_PROXY does not spare it"
            )
            yield Line(subject="proxy", says=says)


def rights(index: Index, workload: Workload) -> Iterator[Line]:
    """What the agent may read of its node."""
    for account in sorted({group.service_account for group in agents_of(index, workload)}):
        lacking = lacking_rights(index, workload.ref.namespace, account)
        told = ", ".join(f"{right.verb} {right.resource}" for right in lacking)
        may = f"lacks {told}" if lacking else f"may do all {len(RIGHTS)} things that an agent does"
        yield Line(subject=f"serviceaccount/{account}", says=may)
