"""Finds the API server and the service account of the pod that we run in, if we run in one. Sends nothing.

client-go rest/config.go InClusterConfig; tools/clientcmd/client_config.go inClusterClientConfig.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from kubectl_ddfargate.cluster.choice import Choice, lay_over_cluster, lay_over_user
from kubectl_ddfargate.cluster.kubeconfig_entries import Cluster, User
from kubectl_ddfargate.model.connection import ConnectionFlags

SERVICE_ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")


def in_cluster_choice(
    flags: ConnectionFlags, environ: Mapping[str, str], *, folder: Path = SERVICE_ACCOUNT
) -> Choice | None:
    """The pod's own cluster and user with the flags over them; None outside of a pod.

    kubectl leaves the pod's configuration aside as soon as --as or --request-timeout is given; that helps
    nobody, so they are obeyed here.
    """
    host = environ.get("KUBERNETES_SERVICE_HOST", "")
    port = environ.get("KUBERNETES_SERVICE_PORT", "")
    token = folder / "token"
    if not host or not port or not token.is_file():
        return None
    authority = folder / "ca.crt"
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    cluster = Cluster(
        server=f"https://{address}", certificate_authority=str(authority) if authority.is_file() else None
    )
    user = lay_over_user(User(token_file=str(token)), flags)
    if flags.token:
        user = msgspec.structs.replace(user, token_file=None)
    return Choice(
        context=None,
        cluster_name="in-cluster",
        user_name="service account of this pod",
        cluster=lay_over_cluster(cluster, flags),
        user=user,
        namespace=flags.namespace or _namespace(environ, folder),
    )


def _namespace(environ: Mapping[str, str], folder: Path) -> str:
    if environ.get("POD_NAMESPACE"):
        return environ["POD_NAMESPACE"]
    try:
        return (folder / "namespace").read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        return ""
