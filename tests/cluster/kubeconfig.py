"""Writes kubeconfig files for users of the test cluster."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import yaml

from .certificates import KeyPair

CONTEXT = "ddfargate-test"


def write_kubeconfig(
    path: Path,
    *,
    server: str,
    authority: Path,
    user: str = "admin",
    token: str | None = None,
    certificate: KeyPair | None = None,
    namespace: str | None = None,
) -> Path:
    """Write the kubeconfig of one user, by token or by client certificate, and return its path."""
    credentials: dict[str, Any] = {}
    if token is not None:
        credentials["token"] = token
    if certificate is not None:
        credentials["client-certificate"] = str(certificate.certificate)
        credentials["client-key"] = str(certificate.key)
    context = {"cluster": CONTEXT, "user": user, **({"namespace": namespace} if namespace else {})}
    document = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": CONTEXT,
        "clusters": [{"name": CONTEXT, "cluster": {"server": server, "certificate-authority": str(authority)}}],
        "contexts": [{"name": CONTEXT, "context": context}],
        "users": [{"name": user, "user": credentials}],
    }
    with contextlib.suppress(FileNotFoundError):
        path.unlink()
    path.touch(mode=0o600)
    path.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    return path
