"""For which hosts the cluster agent's certificate can be good.

The cluster agent makes it itself: for the host of its own resolved endpoint, and for the names of its Service
(DataDog/datadog-agent pkg/api/security/cert). The certificate is not read here.
"""

from __future__ import annotations

from kubectl_ddfargate.facts.cluster_agent import ClusterAgent, setting
from kubectl_ddfargate.facts.cluster_agent_url import ClusterAgentUrl, parse_url
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.facts.route_start import DEFAULT_SERVICE_NAME, SERVICE_NAME_VARIABLE, URL_VARIABLE
from kubectl_ddfargate.facts.variables import text_of
from kubectl_ddfargate.model.kinds import SERVICES


def certified_hosts(index: Index, agent: ClusterAgent) -> tuple[str, ...]:
    """The names and addresses that can stand in the certificate, in lower case. Raises NotReadError."""
    name = text_of(setting(index, agent, SERVICE_NAME_VARIABLE)) or DEFAULT_SERVICE_NAME
    hosts = [name, f"{name}.{agent.namespace}", f"{name}.{agent.namespace}.svc"]
    hosts.append(f"{hosts[-1]}.cluster.local")
    url = parse_url(text_of(setting(index, agent, URL_VARIABLE)))
    if isinstance(url, ClusterAgentUrl):
        return (*hosts, url.host.lower())
    service = index.get(SERVICES, agent.namespace, name)
    return (*hosts, *(service.addresses() if service is not None else ()))


def is_certified(index: Index, agent: ClusterAgent, url: ClusterAgentUrl) -> bool:
    """Whether the certificate can be good for a URL's host."""
    return url.host.rstrip(".").lower() in certified_hosts(index, agent)
