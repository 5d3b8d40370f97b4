"""Serves the webhooks, and what the API server asks of kubelets (logs, exec), over TLS on loopback."""

from __future__ import annotations

import base64
import json
import ssl
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from .admission import Patch, mark
from .exec import answer_to, converse, handshake
from .logs import log_text
from .standin import inject
from .state import State

FARGATE_PATH = "/fargate"
STAND_IN_PATH = "/stand-in/"


class Handler(BaseHTTPRequestHandler):
    """One connection of the API server."""

    protocol_version = "HTTP/1.1"
    # Two small writes per answer would wait for each other's acknowledgement otherwise.
    disable_nagle_algorithm = True
    state: State

    def do_POST(self) -> None:
        """Answer an AdmissionReview."""
        review = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        request = review["request"]
        answer: dict[str, Any] = {"uid": request["uid"], "allowed": True}
        patch = self._patch(request)
        if patch:
            answer["patchType"] = "JSONPatch"
            answer["patch"] = base64.b64encode(json.dumps(patch).encode()).decode()
        self._answer("application/json", json.dumps({**review, "request": None, "response": answer}).encode())

    def _patch(self, request: dict[str, Any]) -> Patch:
        path = self.path.partition("?")[0]
        if path == FARGATE_PATH:
            return mark(request["object"], request["namespace"], self.state.profiles())
        stand_in = self.state.stand_ins().get(path.removeprefix(STAND_IN_PATH))
        return inject(request["object"], stand_in) if stand_in else []

    def do_GET(self) -> None:
        """Answer `kubectl logs` and `kubectl exec` in the place of a kubelet."""
        url = urlsplit(self.path)
        kind, *place = url.path.strip("/").split("/")
        if kind == "containerLogs":
            namespace, pod, container = place
            text = log_text(self.state.logs(), (namespace, pod, container), parse_qs(url.query))
            self._answer("text/plain", text)
        elif kind == "exec" and self.headers.get("Accept", "*/*") != "*/*":
            # As a kubelet: its route for exec produces nothing narrower.
            self.send_error(406)
        elif kind == "exec":
            namespace, pod, container = place
            command = parse_qs(url.query).get("command", [""])
            answer = answer_to(self.state.exec_answers(), (namespace, pod, container), command)
            self.send_response(101)
            for name, value in handshake(self.headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.close_connection = True
            converse(answer, self.wfile, self.connection)
        else:
            self.send_error(404)

    def _answer(self, kind: str, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: each pod would give a line."""


class Server(ThreadingHTTPServer):
    """The TLS server; the handshake is done by the connection's own thread."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, state: State, certificate: Path, key: Path) -> None:
        handler = type("StateHandler", (Handler,), {"state": state})
        super().__init__(("127.0.0.1", 0), handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
