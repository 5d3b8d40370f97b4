"""Answers, from flags, kubeconfig and the pod we may run in: which server, trusted how, as whom. Sends nothing."""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from kubectl_ddfargate.cluster.choice import Choice, choose, no_kubeconfig
from kubectl_ddfargate.cluster.impersonation import Impersonation, impersonation_of
from kubectl_ddfargate.cluster.in_cluster import in_cluster_choice
from kubectl_ddfargate.cluster.kubeconfig import Kubeconfig, load_kubeconfig, show_path
from kubectl_ddfargate.cluster.kubeconfig_entries import Cluster, User
from kubectl_ddfargate.cluster.proxies import proxy_for
from kubectl_ddfargate.cluster.timeouts import parse_duration
from kubectl_ddfargate.cluster.validity import check_choice
from kubectl_ddfargate.errors import KubeconfigError
from kubectl_ddfargate.model.connection import ConnectionFlags

EXEC_EXTENSION = "client.authentication.k8s.io/exec"


@dataclass(frozen=True, kw_only=True)
class Target:
    """A server, how to trust it, and whom to be there."""

    context: str | None
    cluster_name: str
    user_name: str
    namespace: str
    server: str
    """`scheme://host[:port][/prefix]`, without a slash at the end."""
    ca_pem: bytes | None
    """None: the machine's own authorities."""
    insecure: bool
    tls_server_name: str | None
    proxy_url: str | None = field(repr=False)
    """May hold a password."""
    configured_proxy: str | None = field(repr=False)
    """Only the one of the kubeconfig, which exec plugins are told."""
    disable_compression: bool
    exec_extension: Any = field(repr=False)
    user: User = field(repr=False)
    """No credentials at all where the server does not speak TLS, as in kubectl."""
    impersonation: Impersonation | None
    request_timeout: float
    """Seconds; 0.0 where the user set none."""

    @property
    def host(self) -> str:
        """The server's host name or address, without brackets."""
        return urlsplit(self.server).hostname or ""


def resolve_target(flags: ConnectionFlags, *, warn: Callable[[str], None]) -> Target:
    """Which server to ask and as whom.

    Raises KubeconfigError or UsageError. `warn` is told when credentials are left out on plain http.
    """
    timeout = parse_duration(flags.request_timeout)
    config = load_kubeconfig(flags.kubeconfig)
    choice = choose(config, flags)
    default_server = os.environ.get("KUBERNETES_MASTER", "")  # client_config.go getDefaultServer
    if not choice.cluster.server and not default_server:
        inside = in_cluster_choice(flags, os.environ)
        if inside is None:
            raise _no_server(config, choice)
        choice = inside
    check_choice(choice)
    server = normal_server(choice.cluster.server or default_server)
    secure = server.startswith("https://")
    user = choice.user if secure else User()
    if not secure and user != choice.user and not is_loopback(server):
        warn(f"{server} does not speak TLS: credentials are not sent to it")
    cluster = choice.cluster
    return Target(
        context=choice.context,
        cluster_name=choice.cluster_name,
        user_name=choice.user_name,
        namespace=choice.namespace or "default",
        server=server,
        ca_pem=_ca_pem(choice.cluster_name, cluster) if secure else None,
        insecure=bool(cluster.insecure_skip_tls_verify),
        tls_server_name=cluster.tls_server_name or None,
        proxy_url=proxy_for(server, cluster.proxy_url, os.environ),
        configured_proxy=cluster.proxy_url or None,
        disable_compression=bool(cluster.disable_compression),
        exec_extension=next((e.extension for e in cluster.extensions or () if e.name == EXEC_EXTENSION), None),
        user=user,
        impersonation=impersonation_of(choice.user),
        request_timeout=timeout,
    )


def normal_server(text: str) -> str:
    """A server as a URL without query, fragment and last slash. Without a scheme it is http.

    client-go rest/url_utils.go DefaultServerURL. Raises KubeconfigError.
    """
    try:
        parts = urlsplit(text if "://" in text else f"http://{text}")
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise KubeconfigError(
            f'the server "{text.rsplit("@", 1)[-1]}" is no http or https URL', hint="write it as https://HOST:PORT"
        )
    if "@" in parts.netloc:
        raise KubeconfigError(
            f"the URL of the server {parts.hostname} carries a password",
            hint="keep credentials in the user entry of the kubeconfig",
        )
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def is_loopback(server: str) -> bool:
    """Whether the server is this machine."""
    host = urlsplit(server).hostname or ""
    return host in ("localhost", "::1") or host.startswith("127.")


def _ca_pem(name: str, cluster: Cluster) -> bytes | None:
    """The authorities that the server must be signed by."""
    if cluster.certificate_authority_data:
        return decode_data(cluster.certificate_authority_data, f'certificate-authority-data of cluster "{name}"')
    if not cluster.certificate_authority:
        return None
    path = Path(cluster.certificate_authority)
    try:
        return path.read_bytes()
    except OSError as error:
        raise KubeconfigError(
            f'the certificate authority {show_path(path)} of cluster "{name}" cannot be read: {error.strerror}',
            hint="check certificate-authority in the kubeconfig, or --certificate-authority",
        ) from error


def decode_data(text: str, what: str) -> bytes:
    """The bytes of a `…-data` field. Raises KubeconfigError that names the field, never its text."""
    try:
        return base64.b64decode(text.translate({10: None, 13: None}), validate=True)
    except (binascii.Error, ValueError):
        raise KubeconfigError(f"{what} is not valid base64", hint="copy that field again") from None


def _no_server(config: Kubeconfig, choice: Choice) -> KubeconfigError:
    """kubectl tries localhost:8080 here, and then reports that nobody listens there."""
    if not config.files:
        return no_kubeconfig(config)
    if not choice.context and not choice.cluster_name:
        names: Mapping[str, object] = config.contexts
        return KubeconfigError(
            f"{config.where} has no current context",
            hint=f"pass --context NAME{' (' + ', '.join(list(names)[:5]) + ')' if names else ''}",
        )
    if not choice.cluster_name:
        return KubeconfigError(
            f'context "{choice.context}" in {config.where} names no cluster', hint="pass --cluster or --server"
        )
    return KubeconfigError(
        f'cluster "{choice.cluster_name}" in {config.where} has no server', hint="add clusters[].cluster.server"
    )
