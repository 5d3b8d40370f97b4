"""The form of `DD_CLUSTER_AGENT_URL`, and whose name its host is.

The agent itself checks only the scheme; the rest fails later and silently. `https://HOST:PORT` is the
one form that works for its REST calls and for its gRPC stream (DataDog/datadog-agent pkg/util/clusteragent).
"""

from __future__ import annotations

import ipaddress
import re

import msgspec

from kubectl_ddfargate.facts.service_range import Address

_AUTHORITY = re.compile(r"(?:\[(?P<bracketed>[^\[\]]+)\]|(?P<host>[^:\[\]]+))(?::(?P<port>[^:]*))?")
_UNWANTED = (
    ("/", "it has a path or a trailing slash, which the agent joins into every call"),
    ("?", "it has a query"),
    ("#", "it has a fragment"),
    ("@", "it has a user name"),
    (" ", "it has white space in it"),
    ("\n", "it has a line break in it"),
)
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")


class ClusterAgentUrl(msgspec.Struct, frozen=True):
    """A URL of the right form."""

    host: str
    port: int
    address: Address | None
    """Set where the host is an IP address."""


class Malformed(msgspec.Struct, frozen=True):
    """A URL of the wrong form, and what is wrong with it."""

    problem: str


def parse_url(text: str) -> ClusterAgentUrl | Malformed:
    """Read a URL. An agent adds `https://` where no scheme stands, so that much is forgiven."""
    scheme, separator, rest = text.partition("://")
    if not separator:
        rest = text
    elif scheme != "https":
        return Malformed(f"the scheme is {scheme}, the agent takes https alone")
    for mark, problem in _UNWANTED:
        if mark in rest:
            return Malformed(problem)
    match = _AUTHORITY.fullmatch(rest)
    if match is None:
        return Malformed("an IPv6 address stands without brackets" if rest.count(":") > 1 else "no host")
    host, port = match["bracketed"] or match["host"], match["port"]
    if port is None:
        return Malformed("it has no port")
    if not port.isdecimal() or not 0 < int(port) < 65536:
        return Malformed(f"{port!r} is no port")
    address = _address(host)
    if address is None and (match["bracketed"] or not _HOST.fullmatch(host)):
        return Malformed(f"{host!r} is neither a name nor an address")
    return ClusterAgentUrl(host, int(port), address)


def _address(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def service_named(host: str, namespace: str) -> tuple[str, str] | None:
    """`(namespace, name)` of the Service that a cluster DNS name means from a pod's namespace.

    None where the name is none of the cluster's: with more than two labels and no `svc` in third place. The
    cluster's domain is not known from the API, so any domain after `svc` counts.
    """
    labels = host.rstrip(".").split(".")
    if len(labels) == 1:
        return namespace, labels[0]
    if len(labels) == 2 or labels[2] == "svc":
        return labels[1], labels[0]
    return None


def url_of(address: str, port: int) -> str:
    """The URL for an address, with the brackets that IPv6 needs."""
    host = f"[{address}]" if ":" in address else address
    return f"https://{host}:{port}"
