"""The route from one workload to the cluster agent (203, 205, 207, 208, 216)."""

from __future__ import annotations

from kubectl_ddfargate.checks.registry import Problem, check
from kubectl_ddfargate.checks.remedies import use_fixed_url
from kubectl_ddfargate.checks.subjects import ROUTE_NEEDS, each_connected_agent
from kubectl_ddfargate.facts.addresses import fixed_services
from kubectl_ddfargate.facts.agents import AgentGroup, groups_of
from kubectl_ddfargate.facts.cluster_agent import cluster_agent
from kubectl_ddfargate.facts.dns import effective_dns
from kubectl_ddfargate.facts.fargate import Workload, fargate_workloads
from kubectl_ddfargate.facts.index import Index, NotProvedError
from kubectl_ddfargate.facts.injection import prospects, spec_today
from kubectl_ddfargate.facts.route import route
from kubectl_ddfargate.facts.route_start import URL_VARIABLE, Link, Route, entry, stated
from kubectl_ddfargate.model.kinds import (
    CONFIG_MAPS,
    NAMESPACES,
    PODS,
    SECRETS,
    SERVICES,
)
from kubectl_ddfargate.model.report import Category, Evidence, Severity

NO_AGENT = "no agent that uses a cluster agent"
SPOKEN_FOR = (Link.URL_FORM, Link.NO_URL, Link.NAME, Link.ADDRESS, Link.SERVICE_NAME)


def _broken(index: Index, group: AgentGroup, found: Route, message: str) -> Problem:
    url, fix = use_fixed_url(index, group)
    path = found.path or f"spec.containers[{group.container.name}].env[{URL_VARIABLE}]"
    seen = Evidence(object=group.ref.address, path=path, observed=found.observed, expected=url)
    return Problem(message=message, evidence=(seen,), fix=fix, pods=found.pods)


@check(
    "DDF207",
    "URLs of the cluster agent have the right form",
    trouble="The URL of the cluster agent has a wrong form",
    severity=Severity.ERROR,
    category=Category.ROUTE,
    over=each_connected_agent,
    needs=(PODS, CONFIG_MAPS, SECRETS),
    nothing=NO_AGENT,
)
def url_form(index: Index, group: AgentGroup) -> Problem | None:
    """`DD_CLUSTER_AGENT_URL` has a form that the agent cannot use.

    Symptom: `not a https scheme`, or calls to a path that does not exist, or a stream that never opens.
    Why: the agent checks the scheme only. It joins paths after the URL and strips `https://` for its stream, so
        a missing port, a path or a trailing slash fails later; an IPv6 address needs brackets.
    Verified: the text of the variable.
    Fix: `kubectl ddfargate install`. By hand: write `https://ADDRESS:5005`, nothing more.
    Sources: DataDog/datadog-agent pkg/util/clusteragent/clusteragent.go
    """
    found = stated(index, group)
    if found.broken is not Link.URL_FORM:
        return None
    return _broken(index, group, found, f"the cluster agent's URL cannot be used: {found.observed}")


@check(
    "DDF208",
    "Agents know where the cluster agent is",
    trouble="Agents do not know where the cluster agent is",
    severity=Severity.ERROR,
    category=Category.ROUTE,
    over=each_connected_agent,
    needs=(PODS, SERVICES, NAMESPACES, CONFIG_MAPS, SECRETS),
    nothing=NO_AGENT,
)
def knows_an_endpoint(index: Index, group: AgentGroup) -> Problem | None:
    """No URL is set, and the kubelet gives this pod no Service variables either.

    Symptom: `cannot get a cluster agent endpoint for kubernetes service DATADOG_CLUSTER_AGENT, env
        DATADOG_CLUSTER_AGENT_SERVICE_HOST is empty`.
    Why: without a URL the agent reads `<SERVICE>_SERVICE_HOST`. The kubelet sets that for Services of the pod's
        own namespace only, at the start of the container, and not with `enableServiceLinks: false`.
    Verified: the variables of the container, the Services of its namespace, and both ages.
    Fix: `kubectl ddfargate install`. By hand: set `DD_CLUSTER_AGENT_URL` to a fixed ClusterIP of the cluster agent.
    Sources: DataDog/datadog-agent pkg/config/utils/clusteragent.go; kubernetes pkg/kubelet/kubelet_pods.go
    """
    found = entry(index, group)
    if found.broken is not Link.NO_URL:
        return None
    return _broken(index, group, found, f"{URL_VARIABLE} is not set and no Service variables stand in for it")


@check(
    "DDF205",
    "Addresses in URLs belong to the cluster agent",
    trouble="The address in the URL is not the cluster agent's",
    severity=Severity.ERROR,
    category=Category.ROUTE,
    over=each_connected_agent,
    needs=ROUTE_NEEDS,
    nothing=NO_AGENT,
)
def address_is_ours(index: Index, group: AgentGroup) -> Problem | None:
    """The URL's address is of no Service, or of one that is not the cluster agent's.

    Symptom: connection timed out or refused, or an answer from somebody else.
    Why: the address was mistyped, or a Service was deleted and made again with another one.
    Verified: the cluster IPs of all Services, and what the one found selects.
    Fix: `kubectl ddfargate install`. By hand: set the URL to an address of a Service before the cluster agent, best
        a fixed one.
    Sources: https://kubernetes.io/docs/concepts/services-networking/cluster-ip-allocation/
    """
    found = route(index, group)
    if found.broken is not Link.ADDRESS:
        return None
    message = f"the address in {found.value} is not the cluster agent's: {found.observed}"
    return _broken(index, group, found, message)


@check(
    "DDF216",
    "Names in URLs are of the cluster agent's Service",
    trouble="The name in the URL is not the cluster agent's",
    severity=Severity.ERROR,
    category=Category.ROUTE,
    over=each_connected_agent,
    needs=ROUTE_NEEDS,
    nothing=NO_AGENT,
)
def name_is_ours(index: Index, group: AgentGroup) -> Problem | None:
    """The URL names a Service that does not exist, or one that is not the cluster agent's.

    Symptom: `no such host`, although the pod asks the cluster's DNS.
    Why: the Service has another name or namespace: both hang on how the cluster agent was installed.
    Verified: the Service that the name means from the pod's namespace.
    Fix: `kubectl ddfargate install`. By hand: name the right Service, or use a fixed address.
    Sources: https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/
    """
    found = route(index, group)
    if found.broken is not Link.SERVICE_NAME:
        return None
    message = f"the name in {found.value} is not the cluster agent's: {found.observed}"
    return _broken(index, group, found, message)


def _left_to_203(index: Index) -> tuple[Workload, ...]:
    """Workloads with node DNS; none where a sharper finding asks for the same fixed address already."""
    apart = tuple(
        workload
        for workload in fargate_workloads(index)
        if not effective_dns(index, workload.pods[0].spec).knows_cluster_names
    )
    agent = cluster_agent(index) if apart else None
    if agent is None:
        return ()
    return apart if fixed_services(index, agent) or not any(_spoken_for(index, one) for one in apart) else ()


@check(
    "DDF203",
    "Node-DNS workloads have a fixed address to go to",
    trouble="Node-DNS workloads have no fixed address to go to",
    severity=Severity.ERROR,
    category=Category.ROUTE,
    over=_left_to_203,
    needs=ROUTE_NEEDS,
    nothing="no workload with node DNS, or another finding has the same cure",
)
def fixed_address_exists(index: Index, workload: Workload) -> Problem | None:
    """Workloads with node DNS exist, and nothing before the cluster agent has a pinned address.

    Symptom: none until a Service is made again: then its address changes.
    Why: these workloads can use an address only, and an address that the server picked is owned by nobody.
    Verified: whether `spec.clusterIP` stands in a managedFields entry or in last-applied of a Service before the
        cluster agent. Silent where DDF101, 102, 205, 207, 208 or 216 speak for such a workload:
        their cure is the same Service.
    Fix: `kubectl ddfargate install`. By hand: apply a second Service with a fixed ClusterIP.
    Sources: https://kubernetes.io/docs/concepts/services-networking/cluster-ip-allocation/
    """
    agent = cluster_agent(index)
    if agent is None or fixed_services(index, agent):
        return None
    url, fix = use_fixed_url(index, *groups_of(workload))
    services = ", ".join(service.name for service in agent.services) or "none"
    seen = Evidence(
        object=f"services -n {agent.namespace}",
        path="spec.clusterIP",
        observed=f"{services}: not pinned by anybody",
        expected="a Service with a fixed address in the static band",
    )
    return Problem(
        message=f"no Service before the cluster agent has a pinned address; with one, use {url}",
        evidence=(seen,),
        fix=fix,
    )


def _spoken_for(index: Index, workload: Workload) -> bool:
    groups = groups_of(workload) or [g for g in prospects(index) if g.ref == workload.ref]
    if not groups:
        try:
            spec_today(index, workload.ref)
        except NotProvedError:
            return False
    return any(route(index, group).broken in SPOKEN_FOR for group in groups)
