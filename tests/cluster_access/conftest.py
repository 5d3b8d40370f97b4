"""Servers, authorities, and an environment without the machine's own kubeconfig and proxies."""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
import trustme

from kubectl_ddfargate.cluster import Gateway, connect
from kubectl_ddfargate.model.connection import ConnectionFlags
from tests.cluster_access.builders import ca_data, document, write
from tests.cluster_access.recording_proxy import RecordingProxy
from tests.cluster_access.recording_server import RecordingServer

NAMES = ("127.0.0.1", "localhost", "api.test")
"""What the servers' certificates are for."""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home folder, and no variable that leads elsewhere."""
    folder = tmp_path / "home"
    folder.mkdir()
    for name in list(os.environ):
        if name.upper().endswith("_PROXY") or name.startswith(("KUBE", "POD_NAMESPACE")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(folder))
    return folder


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """Signs the server and its clients."""
    return trustme.CA(key_type=trustme.KeyType.ECDSA)


def server_context(authority: trustme.CA, *names: str, expired: bool = False) -> ssl.SSLContext:
    """TLS settings of a server that asks for a client certificate and lives without one."""
    end = datetime.now(timezone.utc) + timedelta(days=-1 if expired else 30)
    leaf = authority.issue_cert(*(names or NAMES), not_before=end - timedelta(days=60), not_after=end)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    leaf.configure_cert(context)
    authority.configure_trust(context)
    context.verify_mode = ssl.CERT_OPTIONAL
    return context


@pytest.fixture
def server(authority: trustme.CA) -> Iterator[RecordingServer]:
    """An API server, as far as a client's edge sees one."""
    running = RecordingServer(server_context(authority))
    yield running
    running.stop()


@pytest.fixture
def plain_server() -> Iterator[RecordingServer]:
    """One without TLS."""
    running = RecordingServer(None)
    yield running
    running.stop()


@pytest.fixture
def proxy() -> Iterator[RecordingProxy]:
    """A proxy that resolves every name to loopback."""
    running = RecordingProxy()
    yield running
    running.stop()


@pytest.fixture
def pauses() -> list[float]:
    """How long a gateway would have waited before it asked again, in order."""
    return []


@pytest.fixture
def warnings() -> list[str]:
    """What a gateway warned about, in order."""
    return []


Open = Callable[..., Gateway]


@pytest.fixture
def gateway_to(authority: trustme.CA, tmp_path: Path, pauses: list[float], warnings: list[str]) -> Iterator[Open]:
    """`gateway_to(server, user=…, cluster=…, flags=…)`: a gateway through a kubeconfig; it never really waits."""
    opened: list[Gateway] = []

    def open_(
        server: RecordingServer,
        *,
        user: dict[str, object] | None = None,
        cluster: dict[str, object] | None = None,
        trace: Path | None = None,
        **flags: object,
    ) -> Gateway:
        content = document(
            server.url,
            user=user or {"token": "let-me-in"},
            cluster={"certificate-authority-data": ca_data(authority), **(cluster or {})},
        )
        path = write(tmp_path / f"kubeconfig-{len(opened)}", content)
        gateway = connect(
            ConnectionFlags(kubeconfig=str(path), **flags),  # type: ignore[arg-type]
            warn=warnings.append,
            pause=pauses.append,
            trace=trace,
        )
        opened.append(gateway)
        return gateway

    yield open_
    for gateway in opened:
        gateway.close()
