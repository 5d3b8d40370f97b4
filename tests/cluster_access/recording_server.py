"""A server on loopback that records what it is sent, and answers, or fails to, as a test says."""

from __future__ import annotations

import gzip
import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

VERSION = {"major": "1", "minor": "36", "gitVersion": "v1.36.3"}


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What one request is answered with."""

    status: int = 200
    body: Any = field(default_factory=lambda: VERSION)
    """Bytes as they are, anything else as JSON."""
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    missing: int = 0
    """Bytes at the end that are announced and never come."""
    reset: bool = False
    """Break the connection instead of answering."""
    drip: bool = False
    """Send spaces for ever, slowly."""
    hang: bool = False
    """Answer nothing until the server stops."""
    half_until: threading.Event | None = None
    """Send one half, and the other one when this is set."""


@dataclass(frozen=True)
class Seen:
    """One request as it arrived."""

    method: str
    path: str
    host: str
    authorization: str | None
    impersonation: tuple[tuple[str, str], ...]
    client: str | None
    """Common name of the client's certificate."""
    sni: str | None
    headers: dict[str, str] = field(compare=False)
    body: bytes = field(default=b"", compare=False)


class RecordingServer:
    """HTTPS with a trustme context, or plain HTTP without one."""

    def __init__(self, context: ssl.SSLContext | None) -> None:
        self.seen: list[Seen] = []
        self.replies: dict[str, list[Reply] | Callable[[Seen], Reply]] = {}
        """By path without query: answers in order, the last one for ever; or a function."""
        self.stopping = threading.Event()
        self.context = context
        if context is not None:
            context.sni_callback = _note_name
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.owner = self
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """By address, so that there is no SNI unless a test wants it."""
        return f"{'https' if self.context else 'http'}://127.0.0.1:{self.port}"

    def on(self, path: str, *replies: Reply) -> None:
        """Answer requests for a path with these, in order."""
        self.replies[path] = list(replies)

    def reply_for(self, seen: Seen) -> Reply:
        """Record a request and choose its answer."""
        with self._lock:
            self.seen.append(seen)
            wanted = self.replies.get(seen.path.partition("?")[0], [Reply()])
            if callable(wanted):
                return wanted(seen)
            return wanted.pop(0) if len(wanted) > 1 else wanted[0]

    def stop(self) -> None:
        """End it, hanging answers included."""
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)


class _Server(ThreadingHTTPServer):
    owner: RecordingServer
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Refused handshakes are what some tests are for."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body are two writes: with Nagle's algorithm each answer would wait 40 ms for the client's ACK.
    disable_nagle_algorithm = True

    def setup(self) -> None:
        owner = cast(_Server, self.server).owner
        if owner.context is not None:
            self.request = owner.context.wrap_socket(self.request, server_side=True)
        super().setup()

    def finish(self) -> None:
        super().finish()
        self.request.close()  # socketserver closes only what it accepted, not what TLS made of it

    def do_GET(self) -> None:
        owner = cast(_Server, self.server).owner
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        impersonation = sorted(
            (k.lower(), v) for k, v in self.headers.items() if k.lower().startswith("impersonate")
        )
        certificate = self.request.getpeercert() if isinstance(self.request, ssl.SSLSocket) else None
        names = _subject(certificate or {})
        seen = Seen(
            self.command,
            self.path,
            self.headers["Host"],
            self.headers.get("Authorization"),
            tuple(impersonation),
            names.get("commonName"),
            getattr(self.request, "noted_name", None),
            dict(self.headers.items()),
            body,
        )
        self._answer(owner.reply_for(seen), owner)

    do_POST = do_PATCH = do_DELETE = do_GET  # noqa: N815

    def _answer(self, reply: Reply, owner: RecordingServer) -> None:
        if reply.hang:
            owner.stopping.wait(30)
        if reply.reset or reply.hang:
            self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            # detach: SSLSocket.close would say goodbye first
            socket.socket(fileno=self.request.detach()).close()
            return
        body = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
        if ("Content-Encoding", "gzip") in reply.headers:
            body = gzip.compress(body)
        self.send_response(reply.status)
        if reply.content_type:
            self.send_header("Content-Type", reply.content_type)
        for name, value in reply.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(1_000_000 if reply.drip else len(body) + reply.missing))
        self.end_headers()
        if reply.drip:
            # Until the client has had enough: its end of the connection closes, or the server stops.
            while not owner.stopping.wait(0.02):
                self.wfile.write(b" ")
        half = len(body) // 2 if reply.half_until else 0
        self.wfile.write(body[:half])
        if reply.half_until:
            reply.half_until.wait(20)
        self.wfile.write(body[half:])
        if reply.missing:
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """Silence."""


def _subject(certificate: Mapping[str, Any]) -> dict[str, str]:
    return {name: value for part in certificate.get("subject", ()) for name, value in part}


def _note_name(connection: ssl.SSLObject, name: str | None, context: ssl.SSLContext) -> None:
    connection.noted_name = name  # type: ignore[attr-defined]
