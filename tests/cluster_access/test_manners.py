"""What every request carries, what is told of it, and that nothing secret is."""

from __future__ import annotations

import json
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest

from kubectl_ddfargate.errors import (
    DdfargateError,
    UnreachableError,
    UsageError,
)
from kubectl_ddfargate.model.connection import ConnectionFlags
from tests.cluster_access.conftest import Open
from tests.cluster_access.recording_server import RecordingServer, Reply


class Version(msgspec.Struct, rename="camel"):
    """Enough of /version."""

    git_version: str


def test_headers(server: RecordingServer, gateway_to: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    gateway_to(server).get("/version", Version)
    headers = server.seen[0].headers
    assert headers["Accept"] == "application/json"
    assert headers["User-Agent"].startswith("kubectl-ddfargate/")
    assert headers["Accept-Encoding"] == "identity", "loopback is faster than gzip"


@pytest.mark.parametrize(("disabled", "encoding"), [(False, "gzip"), (True, "identity")])
def test_gzip(
    disabled: bool, encoding: str, server: RecordingServer, gateway_to: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kubectl_ddfargate.cluster.transport.is_loopback", lambda url: False)
    server.on("/version", Reply(headers=(("Content-Encoding", "gzip"),)))
    gateway = gateway_to(server, cluster={"disable-compression": disabled})
    assert gateway.get("/version", Version).git_version == "v1.36.3"
    assert server.seen[0].headers["Accept-Encoding"] == encoding


def test_warnings_are_told_once(server: RecordingServer, gateway_to: Open, warnings: list[str]) -> None:
    texts = (("Warning", '299 - "say \\"hi\\""'), ("Warning", '299 k8s "second", 199 - "not the API"'))
    server.on("/version", Reply(headers=texts))
    gateway = gateway_to(server)
    gateway.get("/version", Version)
    gateway.get("/version", Version)
    assert warnings == ['say "hi"', "second"]


def test_trace(server: RecordingServer, gateway_to: Open, tmp_path: Path) -> None:
    path = tmp_path / "trace"
    path.touch(mode=0o644)
    server.on("/version", Reply(status=503, body={}), Reply())
    gateway = gateway_to(server, trace=path)
    gateway.get("/version", Version, query={"a": "b c"})
    server.on("/version", Reply(reset=True))
    with pytest.raises(UnreachableError):
        gateway.post("/version", {"password": "s3cr3t"}, dict)
    gateway.close()
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert [(x["verb"], x["path"], x["status"], x.get("error")) for x in lines] == [
        ("GET", "/version?a=b+c", 503, None),
        ("GET", "/version?a=b+c", 200, None),
        ("POST", "/version", None, "ProtocolError"),
    ]
    assert lines[1]["bytes"] == len(json.dumps(Reply().body))
    assert all(isinstance(line["ms"], float) for line in lines)
    assert "let-me-in" not in path.read_text()
    assert "s3cr3t" not in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_trace_that_cannot_be_written(server: RecordingServer, gateway_to: Open, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No such file or directory"):
        gateway_to(server, trace=tmp_path / "no" / "trace")


def test_connections_come_back_after_failures(server: RecordingServer, gateway_to: Open) -> None:
    """More broken answers than there are connections, then good ones from many threads at once."""
    gateway = gateway_to(server, request_timeout="5s")
    for reply in (Reply(missing=3), Reply(reset=True), Reply(body=b"x", content_type="text/html")):
        server.on("/version", reply)
        for _ in range(9):
            with pytest.raises(DdfargateError):
                gateway.get("/version", Version)
    server.on("/version", Reply())
    barrier = threading.Barrier(16)

    def ask(_: int) -> str:
        barrier.wait(10)
        return gateway.get("/version", Version).git_version

    with ThreadPoolExecutor(16) as threads:
        assert set(threads.map(ask, range(16))) == {"v1.36.3"}


def test_no_secret_is_shown(server: RecordingServer, gateway_to: Open) -> None:
    flags = ConnectionFlags(token="tok-1", password="pw-1")
    gateway = gateway_to(server, user={"token": "tok-2"})
    target = gateway._target
    shown = " ".join(map(repr, (flags, gateway, target, target.user, gateway._transport)))
    for secret in ("tok-1", "pw-1", "tok-2"):
        assert secret not in shown
