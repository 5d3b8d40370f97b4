"""The kubelet's end of `kubectl exec`: a WebSocket on which prepared answers are given. Nothing is executed.

The API server hands a WebSocket through to kubelets whose node declares `ExtendWebSocketsToKubelet`
(1.36 and newer); the channels are those of v4 and v5.channel.k8s.io.
"""

from __future__ import annotations

import base64
import hashlib
import json
import socket
from collections.abc import Sequence
from email.message import Message
from io import BufferedIOBase

from .state import ExecAnswer

_STDOUT, _STDERR, _ERROR = 1, 2, 3
_PROTOCOLS = ("v5.channel.k8s.io", "v4.channel.k8s.io")
# Of RFC 6455: proves that the other side speaks WebSocket.
_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_BINARY, _CLOSE = 0x82, 0x88
_LONGEST_SHORT, _LONGEST_MEDIUM = 125, 65535


def handshake(headers: Message) -> dict[str, str]:
    """The headers that accept a WebSocket."""
    offered = [name.strip() for name in (headers.get("Sec-WebSocket-Protocol") or "").split(",")]
    digest = hashlib.sha1(f"{headers['Sec-WebSocket-Key']}{_GUID}".encode()).digest()
    return {
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Accept": base64.b64encode(digest).decode(),
        "Sec-WebSocket-Protocol": next((name for name in _PROTOCOLS if name in offered), _PROTOCOLS[-1]),
    }


def answer_to(answers: Sequence[ExecAnswer], where: tuple[str, str, str], command: Sequence[str]) -> ExecAnswer:
    """The prepared answer for a command in (namespace, pod, container); without one, as if it did not exist."""
    namespace, pod, container = where
    for answer in reversed(answers):
        place = (answer.namespace, answer.container) == (namespace, container) and pod.startswith(answer.pod)
        if place and answer.command in " ".join(command):
            return answer
    words = f'exec: "{command[0]}": executable file not found in $PATH'
    return ExecAnswer(namespace, pod, container, command="", stderr=f"{words}\n", exit_code=127)


def converse(answer: ExecAnswer, output: BufferedIOBase, connection: socket.socket) -> None:
    """Send the answer and say goodbye."""
    for channel, text in ((_STDOUT, answer.stdout), (_STDERR, answer.stderr), (_ERROR, _status(answer.exit_code))):
        if text:
            output.write(_frame(_BINARY, bytes([channel]) + text.encode()))
    output.write(_frame(_CLOSE, (1000).to_bytes(2, "big")))
    output.flush()
    connection.settimeout(5)
    # To the end: a connection closed while the client still speaks could lose what was sent.
    while connection.recv(4096):
        pass


def _status(code: int) -> str:
    if code == 0:
        return json.dumps({"metadata": {}, "status": "Success"})
    return json.dumps(
        {
            "metadata": {},
            "status": "Failure",
            "message": f"command terminated with non-zero exit code: exit status {code}",
            "reason": "NonZeroExitCode",
            "details": {"causes": [{"reason": "ExitCode", "message": str(code)}]},
        }
    )


def _frame(kind: int, payload: bytes) -> bytes:
    size = len(payload)
    if size <= _LONGEST_SHORT:
        head = bytes([kind, size])
    elif size <= _LONGEST_MEDIUM:
        head = bytes([kind, 126]) + size.to_bytes(2, "big")
    else:
        head = bytes([kind, 127]) + size.to_bytes(8, "big")
    return head + payload
