"""Which proxy a request goes through, by Go's rules. Connects to nothing.

golang.org/x/net/http/httpproxy/proxy.go; client-go uses it through http.ProxyFromEnvironment.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from urllib.parse import urlsplit

from kubectl_ddfargate.errors import KubeconfigError

SCHEMES = ("http", "https", "socks5")


def proxy_for(server: str, configured: str | None, environ: Mapping[str, str]) -> str | None:
    """The proxy's URL, None to go straight.

    The cluster's `proxy-url` always holds; HTTPS_PROXY and HTTP_PROXY do not hold for loopback, nor for what
    NO_PROXY lists. Raises KubeconfigError for a URL or a scheme that cannot be used.
    """
    if configured:
        return _usable(configured, "proxy-url of the cluster")
    parts = urlsplit(server)
    variable = "HTTPS_PROXY" if parts.scheme == "https" else "HTTP_PROXY"
    if variable == "HTTP_PROXY" and environ.get("REQUEST_METHOD"):
        return None  # a CGI script's HTTP_PROXY comes from a request header
    proxy = environ.get(variable) or environ.get(variable.lower())
    if not proxy:
        return None
    port = parts.port or (443 if parts.scheme == "https" else 80)
    bypass = environ.get("NO_PROXY") or environ.get("no_proxy") or ""
    if goes_straight(parts.hostname or "", port, bypass):
        return None
    return _usable(proxy if "://" in proxy else f"http://{proxy}", variable)


def goes_straight(host: str, port: int, no_proxy: str) -> bool:
    """Whether NO_PROXY, or being loopback, keeps this host from the proxy.

    Entries: `*`, an address, a CIDR range, a domain (itself and below), `.domain` or `*.domain` (below only);
    each but ranges with an optional port.
    """
    address = _address(host)
    if host == "localhost" or (address is not None and address.is_loopback):
        return True
    host = host.lower()
    return any(_matches(entry.strip().lower(), host, port, address) for entry in no_proxy.split(","))


def _matches(
    entry: str, host: str, port: int, address: ipaddress.IPv4Address | ipaddress.IPv6Address | None
) -> bool:
    if not entry:
        return False
    if entry == "*":
        return True
    if "/" in entry:
        try:
            return address is not None and address in ipaddress.ip_network(entry, strict=False)
        except ValueError:
            return False
    name, wanted_port = _split_port(entry)
    if wanted_port and wanted_port != str(port):
        return False
    listed = _address(name)
    if listed is not None or address is not None:
        return listed is not None and listed == address
    if not name:
        return False
    name = name.removeprefix("*")
    return host.endswith(name) if name.startswith(".") else host == name or host.endswith(f".{name}")


def _split_port(entry: str) -> tuple[str, str]:
    """`name`, `name:port`, `[v6]:port` or a bare v6 address, as name and port (empty where none)."""
    if _address(entry) is not None:
        return entry, ""
    name, colon, port = entry.rpartition(":")
    return (name.strip("[]"), port) if colon else (entry.strip("[]"), "")


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _usable(proxy: str, origin: str) -> str:
    try:
        parts = urlsplit(proxy)
        usable = parts.scheme in (*SCHEMES, "socks5h") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise KubeconfigError(
            f"the {origin} is no proxy that can be used", hint="write http://, https:// or socks5://HOST:PORT"
        )
    return proxy
