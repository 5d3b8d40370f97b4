"""Makes the urllib3 pool for one identity: TLS, proxy, number of connections. Sends nothing."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit, urlunsplit

import urllib3
from urllib3.util import make_headers

from kubectl_ddfargate.cluster.identity import Identity
from kubectl_ddfargate.cluster.target import Target
from kubectl_ddfargate.cluster.tls import show_certificate, tls_context
from kubectl_ddfargate.errors import KubeconfigError

MOST_CONNECTIONS = 28
"""At once: two for each of the 12 threads that read, as a list has two pages on their way; later, when no list has
many pages, one for each of them and of the 16 that try. None waits for a place."""


def new_pool(target: Target, identity: Identity) -> urllib3.PoolManager:
    """Connections to the target that show the identity's client certificate, if it has one.

    Raises KubeconfigError or CredentialsError for certificates that cannot be used, and for a SOCKS proxy
    without the package that speaks it.
    """
    options: dict[str, object] = {"num_pools": 2, "maxsize": MOST_CONNECTIONS, "block": True}
    if target.server.startswith("https://"):
        context = tls_context(ca_pem=target.ca_pem, insecure=target.insecure)
        show_certificate(context, identity, target.user_name)
        options["ssl_context"] = context
        if target.tls_server_name:
            options["server_hostname"] = target.tls_server_name
        if target.insecure:
            # The user asked for it with kubectl's own flag; Python's warning would print on every connection.
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
            options["assert_hostname"] = False
    if target.proxy_url is None:
        return urllib3.PoolManager(**options)  # type: ignore[arg-type]
    parts = urlsplit(target.proxy_url)
    if parts.scheme.startswith("socks"):
        return _socks_pool(target.proxy_url, options)
    bare = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
    headers = None
    if parts.username:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        headers = make_headers(proxy_basic_auth=pair)
    if parts.scheme == "https":  # a proxy has nothing to do with the cluster's authority
        options["proxy_ssl_context"] = tls_context(ca_pem=None, insecure=False)
    return urllib3.ProxyManager(bare, proxy_headers=headers, **options)  # type: ignore[arg-type]


def _socks_pool(url: str, options: dict[str, object]) -> urllib3.PoolManager:
    """A pool through a SOCKS5 proxy, which also resolves the names, as Go has it."""
    import warnings

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from urllib3.contrib.socks import SOCKSProxyManager
    except ImportError as error:
        raise KubeconfigError(
            "the cluster is behind a SOCKS proxy, which needs the Python package PySocks",
            hint="pip install PySocks (pipx inject kubectl-ddfargate PySocks), or use an http proxy",
        ) from error
    parts = urlsplit(url)
    return SOCKSProxyManager(
        f"socks5h://{parts.netloc.rpartition('@')[2]}",
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        **options,  # type: ignore[arg-type]
    )
