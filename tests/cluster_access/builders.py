"""Small builders: kubeconfig documents, credential plugins, and the flags as kubectl takes them."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import trustme
import yaml

from kubectl_ddfargate.model.connection import ConnectionFlags

EXEC_V1 = "client.authentication.k8s.io/v1"


def document(
    server: str | None,
    *,
    user: Mapping[str, Any] | None = None,
    cluster: Mapping[str, Any] | None = None,
    name: str = "main",
    current: str | None = "",
    context: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """A kubeconfig with one cluster, user and context of one name; `current` None leaves the context unset."""
    return {
        "apiVersion": "v1",
        "kind": "Config",
        **({"current-context": current or name} if current is not None else {}),
        "clusters": [{"name": name, "cluster": {**({"server": server} if server else {}), **(cluster or {})}}],
        "contexts": [{"name": name, "context": {"cluster": name, "user": name, **(context or {})}}],
        "users": [{"name": name, "user": dict(user or {})}],
    }


def write(path: Path, content: Mapping[str, Any] | str) -> Path:
    """Write a kubeconfig, as YAML unless it is text already."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else yaml.safe_dump(content, sort_keys=False))
    return path


def ca_data(authority: trustme.CA) -> str:
    """`certificate-authority-data` of an authority."""
    return base64.b64encode(authority.cert_pem.bytes()).decode()


def client_pem(authority: trustme.CA, name: str, *, expired: bool = False) -> tuple[bytes, bytes]:
    """Certificate and key of a client with this common name."""
    end = datetime.now(timezone.utc) + timedelta(days=-1 if expired else 1)
    leaf = authority.issue_cert(
        common_name=name, not_before=end - timedelta(days=30), not_after=end, key_type=trustme.KeyType.ECDSA
    )
    return b"".join(blob.bytes() for blob in leaf.cert_chain_pems), leaf.private_key_pem.bytes()


def data(pem: bytes) -> str:
    """Base64, as `…-data` fields have it."""
    return base64.b64encode(pem).decode()


def plugin(path: Path, *, answer: Mapping[str, Any] | str, exit_code: int = 0, stderr: str = "") -> Path:
    """A credential plugin. Each run adds a line to `<path>.runs`, and keeps what it was told in `<path>.info`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = answer if isinstance(answer, str) else json.dumps(answer)
    path.write_text(
        "#!/bin/sh\n"
        f'echo "$*" >> "{path}.runs"\n'
        f'printf %s "$KUBERNETES_EXEC_INFO" > "{path}.info"\n'
        f'env > "{path}.env"\n'
        + (f"echo '{stderr}' >&2\n" if stderr else "")
        + f"cat <<'ANSWER'\n{text}\nANSWER\nexit {exit_code}\n"
    )
    path.chmod(0o755)
    return path


def credential(version: str = EXEC_V1, **status: str) -> dict[str, Any]:
    """An ExecCredential."""
    return {"kind": "ExecCredential", "apiVersion": version, "status": status}


def runs(path: Path) -> int:
    """How often a plugin ran."""
    log = Path(f"{path}.runs")
    return len(log.read_text().splitlines()) if log.exists() else 0


def in_seconds(seconds: float) -> str:
    """A time from now, RFC 3339."""
    return (datetime.now(timezone.utc) + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def as_arguments(flags: ConnectionFlags) -> list[str]:
    """The same flags for kubectl's command line."""
    arguments: list[str] = []
    for name, value in asdict(flags).items():
        option = f"--{name.rstrip('_').replace('_', '-')}"
        if isinstance(value, tuple):
            arguments += [f"{option}={one}" for one in value]
        elif value is True:
            arguments.append(option)
        elif value and value != "0":
            arguments.append(f"{option}={value}")
    return arguments
