"""Runs one command in a container, by the WebSocket that the API server offers for `exec`. Sends no input.

Goes through the same transport as every other request, so kubeconfig, TLS, proxy and impersonation hold. The frames
are wsproto's. Channels: kubernetes/kubernetes staging/src/k8s.io/apimachinery/pkg/util/remotecommand/constants.go
(v4 and v5 differ in the closing of stdin alone). Imported only where something is run.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
import wsproto.events as ws
from wsproto.connection import Connection, ConnectionType
from wsproto.utilities import ProtocolError

from kubectl_ddfargate.cluster.bodies import give_back
from kubectl_ddfargate.cluster.gateway import Gateway
from kubectl_ddfargate.cluster.request import Request
from kubectl_ddfargate.errors import BadAnswerError, UnreachableError
from kubectl_ddfargate.model.kinds import PODS

PROTOCOLS = ("v5.channel.k8s.io", "v4.channel.k8s.io")
STDOUT, STDERR, ERROR = 1, 2, 3
MOST_BYTES = 64 * 1024
"""Output beyond is dropped, and the command left alone."""
_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_PIECE = 1 << 16
_GOOD_ENDINGS = (1000, 1001, 1005)
"""Closed normally, going away, without a code (RFC 6455, 7.4.1)."""


class Ran(msgspec.Struct, frozen=True):
    """What came of a command."""

    stdout: str
    stderr: str
    exit_code: int | None
    """None where the server did not say: the command was not started, or not waited for."""
    message: str
    """The server's own words where the command did not end well."""
    late: bool = False
    """The time was up."""


def run(
    gateway: Gateway, namespace: str, pod: str, container: str, command: Sequence[str], *, seconds: float
) -> Ran:
    """Run a command and wait for its end, no longer than allowed.

    Raises ForbiddenError, NotFoundError, ApiError, UnreachableError, BadAnswerError, CredentialsError. The command
    stands in the API server's audit log, so it must hold no credential.
    """
    end = time.monotonic() + seconds
    key = base64.b64encode(secrets.token_bytes(16)).decode()
    answer = gateway.send(_request(namespace, pod, container, command, key))
    stream = answer.stream
    if stream is None:
        raise BadAnswerError(
            f"{answer.server} answered {answer.path} without switching to a WebSocket (status {answer.status})",
            hint="a proxy in between may not let WebSockets through; kubectl exec then fails too",
        )
    try:
        _check_handshake(answer.server, answer.headers, key)
        return _listen(stream, end)
    except (OSError, ProtocolError) as error:
        raise UnreachableError(
            f"the connection to {pod} -n {namespace} broke: {type(error).__name__}", hint="try again"
        ) from None
    finally:
        give_back(stream)


def _request(namespace: str, pod: str, container: str, command: Sequence[str], key: str) -> Request:
    return Request(
        method="GET",
        path=f"{PODS.path(namespace, pod)}/exec",
        query={"container": container, "stdout": "true", "stderr": "true", "command": list(command)},
        headers={
            # the kubelet's route takes nothing narrower, and answers 406
            "Accept": "*/*",
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Key": key,
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Protocol": ", ".join(PROTOCOLS),
        },
    )


def _check_handshake(server: str, headers: Any, key: str) -> None:
    wanted = base64.b64encode(hashlib.sha1(f"{key}{_GUID}".encode()).digest()).decode()  # noqa: S324 (RFC 6455)
    if headers.get("Sec-WebSocket-Accept") != wanted or headers.get("Sec-WebSocket-Protocol") not in PROTOCOLS:
        raise BadAnswerError(
            f"{server} switched to another protocol than exec's WebSocket", hint="look at proxies in between"
        )


def _listen(stream: Any, end: float) -> Ran:
    """All messages until the server closes, or the time or the room is up."""
    output = {STDOUT: bytearray(), STDERR: bytearray(), ERROR: bytearray()}
    late = False
    try:
        for message in _messages(stream, end):
            room = MOST_BYTES - sum(map(len, output.values()))
            if message[:1] and message[0] in output:
                output[message[0]] += message[1 : 1 + room]
            if room <= 0:
                break
    except TimeoutError:
        late = True
    code, words = _ending(bytes(output[ERROR]))
    texts = [output[channel].decode("utf-8", errors="replace") for channel in (STDOUT, STDERR)]
    return Ran(texts[0], texts[1], code, words, late)


def _messages(stream: Any, end: float) -> Iterator[bytes]:
    """Whole messages, in order. Raises TimeoutError at the end of the time, another OSError where it breaks."""
    socket = stream.connection.sock
    # What http.client read ahead of us stands in its own buffer, so the socket itself would lack it.
    # urllib3 has no public way to it.
    source = stream._fp.fp
    protocol, message = Connection(ConnectionType.CLIENT), bytearray()
    while True:
        left = end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        socket.settimeout(left)
        data = source.read1(_PIECE)
        protocol.receive_data(data or None)
        for event in protocol.events():
            if isinstance(event, (ws.BytesMessage, ws.TextMessage)):
                part = event.data if isinstance(event.data, (bytes, bytearray)) else event.data.encode()
                message += part
                if len(message) > MOST_BYTES:
                    del message[MOST_BYTES:]
                if event.message_finished:
                    yield bytes(message)
                    message.clear()
            elif isinstance(event, ws.Ping):
                socket.sendall(protocol.send(event.response()))
            elif isinstance(event, ws.CloseConnection):
                if event.code not in _GOOD_ENDINGS:
                    # wsproto says so too of what is no WebSocket frame at all
                    raise ConnectionAbortedError
                return
        if not data:
            return


def _ending(raw: bytes) -> tuple[int | None, str]:
    """The exit code and the words of the Status that ends an exec."""
    try:
        status = json.loads(raw) if raw else {}
    except ValueError:
        return None, "the end of the command cannot be read"
    if status.get("status") == "Success":
        return 0, ""
    causes = (status.get("details") or {}).get("causes") or ()
    code = next((one.get("message") for one in causes if one.get("reason") == "ExitCode"), None)
    return (int(code) if code and str(code).isdecimal() else None), str(status.get("message") or "")
