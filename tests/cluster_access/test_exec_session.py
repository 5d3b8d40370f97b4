"""The WebSocket of exec at its edges: the same user, proxy and TLS as any request, and odd servers."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable

import pytest
from wsproto.connection import Connection, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Ping, TextMessage

from kubectl_ddfargate.cluster.exec_session import MOST_BYTES, Ran, run
from kubectl_ddfargate.cluster.gateway import Gateway
from kubectl_ddfargate.errors import ApiError, BadAnswerError, CredentialsError, DdfargateError, UnreachableError
from tests.cluster_access.conftest import Open
from tests.cluster_access.recording_proxy import RecordingProxy
from tests.cluster_access.recording_server import RecordingServer, Reply, Seen

PATH = "/api/v1/namespaces/shop/pods/web-1/exec"
GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
OK = json.dumps({"status": "Success"}).encode()


def frames(*channels: tuple[int, bytes], close: bool = True) -> bytes:
    """What a server sends."""
    side = Connection(ConnectionType.SERVER)
    sent = b"".join(side.send(BytesMessage(bytes([channel]) + data)) for channel, data in channels)
    return sent + (side.send(CloseConnection(1000)) if close else b"")


def switching(
    body: bytes, *, protocol: str = "v5.channel.k8s.io", key: str | None = None
) -> Callable[[Seen], Reply]:
    """A server that switches to WebSocket and says `body`."""

    def reply(seen: Seen) -> Reply:
        asked = key or seen.headers["Sec-WebSocket-Key"]
        accept = base64.b64encode(hashlib.sha1(f"{asked}{GUID}".encode()).digest()).decode()
        headers = (
            ("Upgrade", "websocket"),
            ("Connection", "Upgrade"),
            ("Sec-WebSocket-Accept", accept),
            ("Sec-WebSocket-Protocol", protocol),
        )
        return Reply(status=101, body=body, content_type="", headers=headers)

    return reply


def ran(gateway: Gateway, *, seconds: float = 20) -> Ran:
    return run(gateway, "shop", "web-1", "agent", ["python3", "-c", "a & b"], seconds=seconds)


def test_who_asks_is_who_asks_for_all(server: RecordingServer, gateway_to: Open) -> None:
    server.replies[PATH] = switching(frames((1, b"out"), (2, b"err"), (3, OK)))

    answer = ran(gateway_to(server, as_="jane", as_group=("ops",)))

    assert answer == Ran("out", "err", 0, "")
    (seen,) = server.seen
    assert seen.authorization == "Bearer let-me-in"
    assert seen.impersonation == (("impersonate-group", "ops"), ("impersonate-user", "jane"))
    assert "command=python3&command=-c&command=a+%26+b" in seen.path


def test_the_proxy_of_the_cluster_is_used(server: RecordingServer, proxy: RecordingProxy, gateway_to: Open) -> None:
    server.replies[PATH] = switching(frames((1, b"out"), (3, OK)))

    through = f"http://user:pass@127.0.0.1:{proxy.port}"
    assert ran(gateway_to(server, cluster={"proxy-url": through})).stdout == "out"
    assert [target for target, _ in proxy.connects] == [f"127.0.0.1:{server.port}"]


def test_a_server_without_tls(plain_server: RecordingServer, gateway_to: Open) -> None:
    # head and frames come in one piece there
    plain_server.replies[PATH] = switching(frames((1, b"x" * 30_000), (3, OK)))

    assert len(ran(gateway_to(plain_server)).stdout) == 30_000


def test_pings_parts_and_texts(server: RecordingServer, gateway_to: Open) -> None:
    side = Connection(ConnectionType.SERVER)
    parts = [
        Ping(b"there?"),
        BytesMessage(b"\x01one ", message_finished=False),
        BytesMessage(b"two", message_finished=True),
        TextMessage("\x01 three"),
        BytesMessage(b"\x07what?"),
        BytesMessage(b""),
        BytesMessage(b"\x03" + OK),
        CloseConnection(1000),
    ]
    server.replies[PATH] = switching(b"".join(side.send(part) for part in parts))

    assert ran(gateway_to(server)) == Ran("one two three", "", 0, "")


def test_the_time_is_bounded(server: RecordingServer, gateway_to: Open) -> None:
    server.replies[PATH] = switching(frames((1, b"half"), close=False))

    answer = ran(gateway_to(server), seconds=0.3)

    assert (answer.stdout, answer.exit_code, answer.late) == ("half", None, True)


def test_the_output_is_bounded(server: RecordingServer, gateway_to: Open) -> None:
    server.replies[PATH] = switching(frames(*[(1, b"x" * 60_000)] * 3, (3, OK)))

    assert len(ran(gateway_to(server)).stdout) == MOST_BYTES


@pytest.mark.parametrize(
    ("status", "code", "words"),
    [
        (b"{", None, "cannot be read"),
        (b"{}", None, ""),
        (json.dumps({"status": "Failure", "message": "no such thing"}).encode(), None, "no such thing"),
        (
            json.dumps(
                {
                    "status": "Failure",
                    "message": "exit 7",
                    "details": {"causes": [{"reason": "ExitCode", "message": "7"}]},
                }
            ).encode(),
            7,
            "exit 7",
        ),
    ],
)
def test_how_a_command_ended(
    status: bytes, code: int | None, words: str, server: RecordingServer, gateway_to: Open
) -> None:
    server.replies[PATH] = switching(frames((3, status)))

    answer = ran(gateway_to(server))

    assert answer.exit_code == code
    assert words in answer.message


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(), BadAnswerError),
        (Reply(status=500, body=b"no", content_type="text/plain"), ApiError),
        (Reply(status=401), CredentialsError),
        (Reply(reset=True), UnreachableError),
        (switching(b"", key="of somebody else"), BadAnswerError),
        (switching(b"", protocol="v9.channel.k8s.io"), BadAnswerError),
        (switching(b"\xff\x01a"), UnreachableError),
    ],
)
def test_who_does_not_speak_it(
    reply: Reply | Callable[[Seen], Reply],
    error: type[DdfargateError],
    server: RecordingServer,
    gateway_to: Open,
) -> None:
    server.replies[PATH] = [reply] if isinstance(reply, Reply) else reply

    with pytest.raises(error):
        ran(gateway_to(server))


def test_connections_are_given_back(server: RecordingServer, gateway_to: Open) -> None:
    server.replies[PATH] = switching(frames((1, b"out"), (3, OK)))
    gateway = gateway_to(server)

    assert [ran(gateway).stdout for _ in range(12)] == ["out"] * 12
