"""What stands between an agent and the cluster agent in its own settings: certificates and proxies (211, 212)."""

from __future__ import annotations

from collections.abc import Iterator

from kubectl_ddfargate.checks.registry import Problem, check
from kubectl_ddfargate.checks.remedies import set_variable
from kubectl_ddfargate.checks.subjects import ROUTE_NEEDS, each_agent_now_or_next
from kubectl_ddfargate.facts.agents import AgentGroup
from kubectl_ddfargate.facts.certificate import certified_hosts, is_certified
from kubectl_ddfargate.facts.cluster_agent import agent_for, cluster_agent
from kubectl_ddfargate.facts.cluster_agent_url import url_of
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.facts.proxy import NO_PROXY, proxied
from kubectl_ddfargate.facts.route import route
from kubectl_ddfargate.facts.variables import is_true, text_of, variable
from kubectl_ddfargate.model.report import Category, Evidence, Fix, Severity

VERIFY = "DD_CLUSTER_TRUST_CHAIN_ENABLE_TLS_VERIFICATION"


def _with_url(index: Index) -> Iterator[AgentGroup]:
    """The agents whose route is followed by a URL of the right form."""
    for group in each_agent_now_or_next(index):
        if route(index, group).url is not None:
            yield group


def _verifying(index: Index) -> Iterator[AgentGroup]:
    for group in _with_url(index):
        if is_true(text_of(variable(index, group.namespace, group.container, VERIFY))):
            yield group


@check(
    "DDF211",
    "The cluster agent's certificate is good for the URL",
    trouble="The cluster agent's certificate is not good for the URL",
    severity=Severity.ERROR,
    category=Category.ROUTE,
    over=_verifying,
    needs=ROUTE_NEEDS,
    nothing="no agent that verifies the cluster agent's certificate and has a URL",
)
def certificate_fits(index: Index, group: AgentGroup) -> Problem | None:
    """TLS verification is on, and the URL's host is none that the cluster agent can put into its certificate.

    Symptom: `x509: certificate is valid for …, not …`.
    Why: the cluster agent makes its certificate for its own endpoint and the names of its own Service. It does not
        know a second Service with a fixed address, unless its own URL says it.
    Verified: by the rules after which it makes the certificate; the certificate itself is not read.
    Fix: set `DD_CLUSTER_AGENT_URL` of the cluster agent itself to the same URL, or turn the verification off.
    Sources: DataDog/datadog-agent pkg/api/security/cert
    """
    found = route(index, group)
    agent = agent_for(index, found.service) if found.service is not None else cluster_agent(index)
    if agent is None or found.url is None or is_certified(index, agent, found.url):
        return None
    url = url_of(found.url.host, found.url.port)
    seen = Evidence(
        object=group.ref.address,
        path=found.path,
        observed=found.value,
        expected=f"one of {', '.join(certified_hosts(index, agent))}",
    )
    where = f"# in the env of the cluster agent ({agent.address}), where it is installed"
    return Problem(
        message=f"TLS verification is on, and the cluster agent's certificate is not made for {found.url.host}",
        evidence=(seen,),
        fix=Fix(patch=f'{where}\n- name: DD_CLUSTER_AGENT_URL\n  value: "{url}"\n'),
    )


@check(
    "DDF212",
    "Agents ask the cluster agent without a proxy",
    trouble="An agent asks a proxy for the cluster agent",
    severity=Severity.WARNING,
    category=Category.ROUTE,
    over=_with_url,
    needs=ROUTE_NEEDS,
    nothing="no agent with a URL of the cluster agent",
)
def no_proxy(index: Index, group: AgentGroup) -> Problem | None:
    """A proxy is set in the agent's container, and `NO_PROXY` does not cover the URL's host.

    Symptom: `proxyconnect tcp: …`, or the proxy's own refusal for an address inside the cluster.
    Why: the agent's client heeds `HTTPS_PROXY`, also for addresses of the cluster.
    Verified: the container's variables, by the rules of Go's httpproxy. The proxy's own address is not kept.
    Fix: add the URL's host to `NO_PROXY`.
    Sources: DataDog/datadog-agent pkg/util/clusteragent; https://pkg.go.dev/golang.org/x/net/http/httpproxy
    """
    found = route(index, group)
    if found.url is None:
        return None
    proxy = proxied(index, group, found.url)
    if proxy is None:
        return None
    host = found.url.host
    text = text_of(proxy.exceptions)
    seen = Evidence(
        object=group.ref.address,
        path=proxy.exceptions.path if proxy.exceptions else proxy.proxy.path,
        observed=f"{proxy.exceptions.name}={text}"
        if proxy.exceptions
        else f"{proxy.proxy.name} is set, NO_PROXY is not",
        expected=f"{host} among the hosts of NO_PROXY",
    )
    name = proxy.exceptions.name if proxy.exceptions else NO_PROXY[0]
    return Problem(
        message=f"a proxy is asked for {host}, which only the cluster knows",
        evidence=(seen,),
        fix=set_variable(index, group, name, ",".join(filter(None, (text, host)))),
    )
