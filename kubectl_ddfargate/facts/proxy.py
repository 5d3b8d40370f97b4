"""Whether an agent would ask a proxy for the cluster agent.

The rules of Go's golang.org/x/net/http/httpproxy, which the agent's HTTP client follows: HTTPS_PROXY or https_proxy
names the proxy for https, NO_PROXY or no_proxy the hosts that need none.
"""

from __future__ import annotations

import ipaddress

import msgspec

from kubectl_ddfargate.facts.agents import AgentGroup
from kubectl_ddfargate.facts.cluster_agent_url import ClusterAgentUrl
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.facts.service_range import Address
from kubectl_ddfargate.facts.variables import Variable, text_of, variable

PROXY = ("HTTPS_PROXY", "https_proxy")
NO_PROXY = ("NO_PROXY", "no_proxy")


class Proxied(msgspec.Struct, frozen=True):
    """That the cluster agent is asked for through a proxy."""

    proxy: Variable
    exceptions: Variable | None
    """None: there is no `NO_PROXY`."""


def proxied(index: Index, group: AgentGroup, url: ClusterAgentUrl) -> Proxied | None:
    """What sends a group's requests to a proxy; None where they go straight. Raises NotReadError."""
    proxy = _first(index, group, PROXY)
    if proxy is None:
        return None
    exceptions = _first(index, group, NO_PROXY)
    if exceptions is not None and spares(text_of(exceptions), url):
        return None
    return Proxied(proxy, exceptions)


def spares(text: str, url: ClusterAgentUrl) -> bool:
    """Whether a `NO_PROXY` text takes a URL's host out of the proxy's hands."""
    if url.address is not None and url.address.is_loopback:
        return True
    return any(_matches(part.strip().lower(), url) for part in text.split(",") if part.strip())


def _matches(part: str, url: ClusterAgentUrl) -> bool:
    if part == "*":
        return True
    host, port = _split(part)
    if port and port != str(url.port):
        return False
    if url.address is not None:
        return _is_address(part, url.address) or _is_address(host, url.address)
    name = url.host.rstrip(".").lower()
    if host.startswith("*."):
        host = host[1:]
    if host.startswith("."):
        return name.endswith(host)
    return name == host or name.endswith(f".{host}")


def _is_address(part: str, address: Address) -> bool:
    """Whether a part is this address, or a range that holds it."""
    try:
        return address in ipaddress.ip_network(part)
    except ValueError:
        return False


def _split(part: str) -> tuple[str, str]:
    """Host and port; an IPv6 address stands in brackets where it has one."""
    if part.startswith("["):
        host, _, rest = part[1:].partition("]")
        return host, rest.removeprefix(":")
    host, colon, port = part.rpartition(":")
    return (host, port) if colon and port.isdecimal() and ":" not in host else (part, "")


def _first(index: Index, group: AgentGroup, names: tuple[str, ...]) -> Variable | None:
    for name in names:
        found = variable(index, group.namespace, group.container, name)
        if found is not None and found.value != "":
            return found
    return None
