"""What one row of the comparison with kubectl is made of. The rows themselves are in `rows_*.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import trustme

from tests.cluster_access.builders import EXEC_V1, ca_data, client_pem, data, document, plugin
from tests.cluster_access.recording_proxy import RecordingProxy
from tests.cluster_access.recording_server import RecordingServer


@dataclass(frozen=True)
class Place:
    """What rows are made from."""

    folder: Path
    server: RecordingServer
    plain: RecordingServer
    proxy: RecordingProxy
    authority: trustme.CA

    def config(
        self, user: Mapping[str, Any] | None = None, *, cluster: Mapping[str, Any] | None = None, **more: Any
    ) -> dict[str, Any]:
        """A kubeconfig that leads to the recording server."""
        trust = {"certificate-authority-data": ca_data(self.authority)}
        server = more.pop("server", self.server.url)
        merged = {**trust, **(cluster or {})}
        return document(server, user=user, cluster={k: v for k, v in merged.items() if v is not None}, **more)

    def exec(self, answer: Any, *, name: str = "plugin", **more: Any) -> dict[str, Any]:
        """A user whose credentials a plugin has."""
        script = plugin(self.folder / name, answer=answer, exit_code=more.pop("exit_code", 0))
        entry = {"command": str(script), "apiVersion": EXEC_V1, "interactiveMode": "Never", **more}
        return {"exec": {key: value for key, value in entry.items() if value is not None}}

    def pem(self, name: str) -> dict[str, str]:
        """A client certificate, inline."""
        certificate, key = client_pem(self.authority, name)
        return {"client-certificate-data": data(certificate), "client-key-data": data(key)}

    def pem_files(self, name: str) -> dict[str, str]:
        """A client certificate in files beside the kubeconfig, named by relative paths."""
        certificate, key = client_pem(self.authority, name)
        (self.folder / f"{name}.crt").write_bytes(certificate)
        (self.folder / f"{name}.key").write_bytes(key)
        return {"client-certificate": f"{name}.crt", "client-key": f"{name}.key"}

    def text(self, name: str, content: str) -> str:
        """A file beside the kubeconfig; its relative path."""
        (self.folder / name).write_text(content)
        return name


@dataclass(frozen=True)
class Row:
    """What a row sets up."""

    files: Mapping[str, Any]
    """Kubeconfigs by name; `config` is the one that is used unless the row says otherwise."""
    flags: Mapping[str, Any] = field(default_factory=dict)
    env: Mapping[str, str] = field(default_factory=dict)
    requests: int = 1
    ours: str | None = None


ROWS: dict[str, Callable[[Place], Row]] = {}


def row(make: Callable[[Place], Row]) -> Callable[[Place], Row]:
    """Register a row under its name."""
    ROWS[make.__name__] = make
    return make


def as_text(p: Place, user: str) -> str:
    """A kubeconfig as text, where a document would not hold what the row is about."""
    trust = f"certificate-authority-data: {ca_data(p.authority)}"
    return (
        f"clusters: [{{name: m, cluster: {{server: '{p.server.url}', {trust}}}}}]\n"
        "contexts: [{name: m, context: {cluster: m, user: m}}]\n"
        f"users: [{{name: m, user: {{{user}}}}}]\ncurrent-context: m\n"
    )
