"""A server between the tool and the API server: it hands all on, but for what a test wants to go wrong."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast

import urllib3
import yaml

from tests.cluster.cluster import Cluster

_PASSED_ON = ("content-type", "accept", "impersonate-user", "impersonate-group", "user-agent")


@dataclass(frozen=True)
class Fault:
    """What goes wrong with a request."""

    status: int = 0
    """0: the connection breaks."""
    done: bool = False
    """The API server has carried it out all the same."""


Wrong = Callable[[str, str, bytes], "Fault | None"]
"""By method, path with its query, and body."""


@dataclass
class FaultySide:
    """The running server."""

    kubeconfig: Path
    requests: list[str] = field(default_factory=list)


@contextmanager
def faulty(cluster: Cluster, folder: Path, wrong: Wrong) -> Iterator[FaultySide]:
    """Serve it, with a kubeconfig of the admin that leads there."""
    given = yaml.safe_load(cluster.kubeconfig.read_text(encoding="utf-8"))
    upstream = given["clusters"][0]["cluster"]
    server = _Server(("127.0.0.1", 0), _Handler)
    server.wrong = wrong
    server.upstream = upstream["server"]
    server.token = given["users"][0]["user"]["token"]
    server.pool = urllib3.PoolManager(maxsize=8, ca_certs=upstream["certificate-authority"])
    # No TLS, so the tool sends no credentials: this server adds them.
    given["clusters"][0]["cluster"] = {"server": f"http://127.0.0.1:{server.server_address[1]}"}
    path = folder / "kubeconfig-faulty"
    path.write_text(yaml.safe_dump(given), encoding="utf-8")
    side = FaultySide(path)
    server.requests = side.requests
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield side
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


class _Server(ThreadingHTTPServer):
    wrong: Wrong
    upstream: str
    token: str
    pool: urllib3.PoolManager
    requests: list[str]
    daemon_threads = True
    block_on_close = False


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _any(self) -> None:
        server = cast(_Server, self.server)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        server.requests.append(f"{self.command} {self.path}")
        fault = server.wrong(self.command, self.path, body)
        if fault is None or fault.done:
            headers = {key: value for key, value in self.headers.items() if key.lower() in _PASSED_ON}
            headers["Authorization"] = f"Bearer {server.token}"
            url = server.upstream + self.path
            answer = server.pool.request(self.command, url, body=body or None, headers=headers, retries=False)
            status, kind, data = answer.status, answer.headers.get("Content-Type", ""), answer.data
        if fault is not None and not fault.status:
            self.close_connection = True
            with contextlib.suppress(OSError):  # a reset, and no orderly end
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.shutdown(socket.SHUT_RDWR)
            return
        if fault is not None:
            told = {"kind": "Status", "apiVersion": "v1", "code": fault.status, "message": "made to fail"}
            status, kind, data = fault.status, "application/json", json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PATCH = do_DELETE = do_PUT = _any  # noqa: N815 (http.server calls them so)

    def log_message(self, format: str, *args: Any) -> None:
        """Silence."""
