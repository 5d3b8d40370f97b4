"""An HTTP proxy on loopback that records whom it is asked to connect to, and does."""

from __future__ import annotations

import contextlib
import select
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast


class RecordingProxy:
    """Serves CONNECT only."""

    def __init__(self) -> None:
        self.connects: list[tuple[str, str | None]] = []
        """Target, and Proxy-Authorization."""
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.owner = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.server_address[1])

    def stop(self) -> None:
        """End it."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)


class _Server(ThreadingHTTPServer):
    owner: RecordingProxy
    daemon_threads = True
    block_on_close = False


class _Handler(BaseHTTPRequestHandler):
    def do_CONNECT(self) -> None:
        cast(_Server, self.server).owner.connects.append((self.path, self.headers.get("Proxy-Authorization")))
        # Whatever name was asked for is served here, so that names need no DNS.
        with socket.create_connection(("127.0.0.1", int(self.path.rpartition(":")[2])), 10) as upstream:
            self.send_response(200)
            self.end_headers()
            self.wfile.flush()
            with contextlib.suppress(OSError):
                _pump(self.connection, upstream)
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """Silence."""


def _pump(one: socket.socket, other: socket.socket) -> None:
    while True:
        readable, _, _ = select.select([one, other], [], [], 30)
        if not readable:
            return
        for source in readable:
            data = source.recv(65536)
            if not data:
                return
            (other if source is one else one).sendall(data)
