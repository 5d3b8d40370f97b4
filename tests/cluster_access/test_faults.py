"""What a user sees, and what is sent again, when servers, proxies and networks misbehave."""

from __future__ import annotations

import json
import socket
import ssl
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
import trustme

from kubectl_ddfargate.cluster import UnauthorizedError, connect
from kubectl_ddfargate.errors import (
    ApiError,
    BadAnswerError,
    CredentialsError,
    ForbiddenError,
    NotFoundError,
    UnreachableError,
)
from kubectl_ddfargate.model.connection import ConnectionFlags
from tests.cluster_access.builders import ca_data, client_pem, data, document, write
from tests.cluster_access.conftest import Open, server_context
from tests.cluster_access.recording_server import RecordingServer, Reply

pytestmark = pytest.mark.computes


class Version(msgspec.Struct, rename="camel"):
    """Enough of /version."""

    git_version: str


def status(code: int, reason: str, message: str) -> dict[str, object]:
    """A Status of the API."""
    return {"kind": "Status", "apiVersion": "v1", "code": code, "reason": reason, "message": message}


OVERLOAD = status(429, "TooManyRequests", "too many requests")


# --- sent again


@pytest.mark.parametrize(
    ("replies", "waits"),
    [
        pytest.param([Reply(status=429, body=OVERLOAD, headers=(("Retry-After", "2"),))], [2.0], id="429"),
        pytest.param(
            [Reply(status=500, body={}, headers=(("Retry-After", "1"),))], [1.0], id="500 with Retry-After"
        ),
        pytest.param([Reply(status=503, body={}), Reply(status=503, body={})], [0.5, 1.0], id="503 without"),
        pytest.param([Reply(status=504, body=b"<html>", content_type="text/html")], [0.5], id="504 of a balancer"),
        pytest.param([Reply(reset=True)], [0.1], id="reset"),
        pytest.param([Reply(missing=5)], [0.1], id="cut off"),
    ],
)
def test_sent_again(
    replies: list[Reply], waits: list[float], server: RecordingServer, gateway_to: Open, pauses: list[float]
) -> None:
    server.on("/version", *replies, Reply())
    gateway = gateway_to(server)
    assert gateway.get("/version", Version).git_version == "v1.36.3"
    assert pauses == waits
    assert len(server.seen) == gateway.requests == len(replies) + 1


def test_500_without_retry_after_is_final(server: RecordingServer, gateway_to: Open) -> None:
    server.on("/version", Reply(status=500, body=status(500, "InternalError", "etcd is down")))
    with pytest.raises(ApiError, match="etcd is down"):
        gateway_to(server).get("/version", Version)
    assert len(server.seen) == 1


def test_waits_have_a_limit(server: RecordingServer, gateway_to: Open, pauses: list[float]) -> None:
    server.on("/version", Reply(status=429, body=OVERLOAD, headers=(("Retry-After", "9"),)))
    with pytest.raises(ApiError, match="too many requests") as caught:
        gateway_to(server).get("/version", Version)
    assert caught.value.status == 429
    assert pauses == [9.0] * 3
    assert "9 s" in (caught.value.hint or "")


@pytest.mark.parametrize(("idempotent", "sent"), [(True, 2), (False, 1)])
def test_post_is_sent_again_only_when_it_may(
    idempotent: bool, sent: int, server: RecordingServer, gateway_to: Open
) -> None:
    server.on("/api/v1/pods", Reply(status=503, body=status(503, "ServiceUnavailable", "busy")), Reply(body={}))
    gateway = gateway_to(server)
    if idempotent:
        gateway.post("/api/v1/pods", {"a": 1}, dict, query={"dryRun": "All"}, idempotent=True)
    else:
        with pytest.raises(ApiError, match="busy"):
            gateway.post("/api/v1/pods", {"a": 1}, dict)
    assert len(server.seen) == sent
    assert json.loads(server.seen[0].body) == {"a": 1}
    assert server.seen[0].headers["Content-Type"] == "application/json"
    assert server.seen[0].path == ("/api/v1/pods?dryRun=All" if idempotent else "/api/v1/pods")


def test_a_create_that_is_turned_away_is_sent_again(
    server: RecordingServer, gateway_to: Open, pauses: list[float]
) -> None:
    """429 comes before anything is done."""
    server.on("/api/v1/pods", Reply(status=429, body=OVERLOAD, headers=(("Retry-After", "1"),)), Reply(body={}))
    gateway_to(server).post("/api/v1/pods", {"a": 1}, dict)
    assert len(server.seen) == 2
    assert pauses == [1.0]


def test_post_that_breaks_off_is_not_sent_again(server: RecordingServer, gateway_to: Open) -> None:
    server.on("/api/v1/pods", Reply(reset=True))
    with pytest.raises(UnreachableError, match="broke the connection off"):
        gateway_to(server).post("/api/v1/pods", {}, dict)
    assert len(server.seen) == 1


# --- not the API


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        pytest.param(
            Reply(body=b"<html>log in", content_type="text/html"), "web page .status 200", id="login page"
        ),
        pytest.param(
            Reply(status=403, body=b"<html>", content_type="text/html; charset=x"), "web page .status 403"
        ),
        pytest.param(Reply(body=b"ok", content_type="text/plain"), "text/plain instead of application/json"),
        pytest.param(Reply(body=b"{}", content_type=""), "no Content-Type"),
        pytest.param(Reply(missing=10), "cut off"),
        pytest.param(Reply(body=b'{"gitVersion": "v1'), "not valid JSON"),
        pytest.param(Reply(body={"gitVersion": 3}), r"Expected `str`, got `int` - at `\$.gitVersion`"),
        pytest.param(
            Reply(status=302, headers=(("Location", "https://login.example.com/?state=s3cr3t"),)),
            "redirects /version to https://login.example.com;",
            id="redirect",
        ),
    ],
)
def test_not_the_api(reply: Reply, text: str, server: RecordingServer, gateway_to: Open) -> None:
    server.on("/version", reply)
    with pytest.raises(BadAnswerError, match=text) as caught:
        gateway_to(server).get("/version", Version)
    assert "s3cr3t" not in caught.value.message
    assert server.url in caught.value.message
    assert caught.value.hint


def test_redirect_is_not_followed(server: RecordingServer, gateway_to: Open) -> None:
    server.on("/version", Reply(status=307, headers=(("Location", f"https://localhost:{server.port}/other"),)))
    with pytest.raises(BadAnswerError):
        gateway_to(server).get("/version", Version)
    assert [seen.path for seen in server.seen] == ["/version"]


# --- refusals


@pytest.mark.parametrize(
    ("code", "kind"), [(403, ForbiddenError), (404, NotFoundError), (409, ApiError), (422, ApiError)]
)
def test_refusals_carry_the_servers_words(
    code: int, kind: type[ApiError], server: RecordingServer, gateway_to: Open
) -> None:
    server.on("/api/v1/pods", Reply(status=code, body=status(code, "Why", 'pods is forbidden: User "x"')))
    with pytest.raises(kind) as caught:
        gateway_to(server).get("/api/v1/pods", dict)
    assert type(caught.value) is kind
    assert (caught.value.message, caught.value.status, caught.value.reason) == (
        'pods is forbidden: User "x"',
        code,
        "Why",
    )


def test_plain_text_refusal(server: RecordingServer, gateway_to: Open) -> None:
    reply = Reply(status=404, body=b"404 page not found\n", content_type="text/plain; charset=utf-8")
    server.on("/apis/none", reply)
    with pytest.raises(NotFoundError, match=r"^/apis/none: 404 page not found$"):
        gateway_to(server).get("/apis/none", dict)


def test_401_without_credentials(server: RecordingServer, gateway_to: Open) -> None:
    server.on("/version", Reply(status=401, body=status(401, "Unauthorized", "Unauthorized")))
    with pytest.raises(UnauthorizedError, match='no credentials are configured for user "main"'):
        gateway_to(server, user={"as": "x"}).get("/version", Version)
    with pytest.raises(UnauthorizedError, match='does not accept the credentials of user "main": Unauthorized'):
        gateway_to(server).get("/version", Version)


def test_401_with_an_expired_client_certificate(
    server: RecordingServer, gateway_to: Open, authority: trustme.CA
) -> None:
    assert server.context is not None
    server.context.verify_mode = ssl.CERT_NONE  # kube-apiserver looks at the dates itself, after the handshake
    server.on("/version", Reply(status=401, body=status(401, "Unauthorized", "Unauthorized")))
    certificate, key = client_pem(authority, "old", expired=True)
    user = {"client-certificate-data": data(certificate), "client-key-data": data(key)}
    with pytest.raises(UnauthorizedError, match=r'certificate of user "main" expired on 20\d\d-\d\d-\d\d'):
        gateway_to(server, user=user).get("/version", Version)


def test_server_that_refuses_the_client_certificate_in_the_handshake(
    server: RecordingServer, gateway_to: Open, authority: trustme.CA
) -> None:
    certificate, key = client_pem(authority, "old", expired=True)
    user = {"client-certificate-data": data(certificate), "client-key-data": data(key)}
    with pytest.raises(CredentialsError, match=r'client certificate of user "main" expired on 20\d\d'):
        gateway_to(server, user=user).get("/version", Version)


def test_server_that_does_not_know_the_client_certificate(server: RecordingServer, gateway_to: Open) -> None:
    """Usually its reason arrives; now and then only the end of the connection does, and we can only guess."""
    certificate, key = client_pem(trustme.CA(), "stranger")
    user = {"client-certificate-data": data(certificate), "client-key-data": data(key)}
    kinds = (CredentialsError, UnreachableError)
    with pytest.raises(kinds, match=r'(does not accept the )?client certificate of user "main"') as caught:
        gateway_to(server, user=user).get("/version", Version)
    assert "_ssl.c" not in caught.value.message


# --- not reached


def test_answer_that_does_not_come(server: RecordingServer, gateway_to: Open) -> None:
    server.on("/version", Reply(hang=True))
    with pytest.raises(UnreachableError, match=rf"timeout: {server.url} did not answer within 0.2 s") as caught:
        gateway_to(server, request_timeout="200ms").get("/version", Version)
    assert "--request-timeout" in (caught.value.hint or "")


def test_answer_that_drips_is_ended(gateway_to: Open, server: RecordingServer) -> None:
    """Each byte comes in time, and the whole still has a limit."""
    server.on("/version", Reply(drip=True))
    started = time.monotonic()
    with pytest.raises(UnreachableError, match=r"within 0\.3 s"):
        gateway_to(server, request_timeout="300ms").get("/version", Version)
    assert time.monotonic() - started < 5


@pytest.fixture
def silent() -> Iterator[int]:
    """A port that takes connections and says nothing, not even in TLS."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def _connect(url: str, tmp_path: Path, **flags: object) -> None:
    path = write(tmp_path / "config", document(url, user={"token": "t"}))
    with connect(ConnectionFlags(kubeconfig=str(path), **flags)) as gateway:  # type: ignore[arg-type]
        gateway.get("/version", Version)


def test_handshake_that_does_not_come(silent: int, tmp_path: Path) -> None:
    with pytest.raises(UnreachableError, match=r"timeout: .* within 0\.2 s"):
        _connect(f"https://127.0.0.1:{silent}", tmp_path, request_timeout="0.2s")


def test_refused(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(UnreachableError, match="cannot be reached: Connection refused"):
        _connect(f"https://127.0.0.1:{port}", tmp_path)


def test_name_that_does_not_resolve(tmp_path: Path) -> None:
    with pytest.raises(UnreachableError, match=r"the host of https://no\.such\.invalid cannot be resolved"):
        _connect("https://no.such.invalid", tmp_path)


def test_proxy_that_does_not_answer(tmp_path: Path) -> None:
    content = document("https://api.test", user={"token": "t"}, cluster={"proxy-url": "http://u:pw-1@127.0.0.1:1"})
    path = write(tmp_path / "config", content)
    with connect(ConnectionFlags(kubeconfig=str(path))) as gateway:
        with pytest.raises(UnreachableError, match=r"proxy before https://api\.test did not work") as caught:
            gateway.get("/version", Version)
        assert "pw-1" not in caught.value.message


@pytest.mark.parametrize(
    ("names", "expired", "text"),
    [
        ((), True, "certificate of https://127.0.0.1:[0-9]+ has expired"),
        (("elsewhere.test",), False, "is for another name"),
    ],
)
def test_server_certificate(
    names: tuple[str, ...], expired: bool, text: str, authority: trustme.CA, gateway_to: Open
) -> None:
    server = RecordingServer(server_context(authority, *names, expired=expired))
    try:
        with pytest.raises(UnreachableError, match=text) as caught:
            gateway_to(server).get("/version", Version)
        assert caught.value.hint
    finally:
        server.stop()


def test_server_of_another_authority(server: RecordingServer, gateway_to: Open) -> None:
    other = {"certificate-authority-data": ca_data(trustme.CA())}
    with pytest.raises(UnreachableError, match="not signed by the cluster's certificate authority"):
        gateway_to(server, cluster=other).get("/version", Version)


def test_https_to_a_plain_port(plain_server: RecordingServer, tmp_path: Path) -> None:
    with pytest.raises(UnreachableError, match="does not speak TLS"):
        _connect(f"https://127.0.0.1:{plain_server.port}", tmp_path)


def test_environment_does_not_turn_verification_off(
    server: RecordingServer,
    gateway_to: Open,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    authority: trustme.CA,
) -> None:
    bundle = tmp_path / "bundle.pem"
    authority.cert_pem.write_to_path(str(bundle))
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.setenv(name, str(bundle))
    monkeypatch.setenv("PYTHONHTTPSVERIFY", "0")
    other = {"certificate-authority-data": ca_data(trustme.CA())}
    with pytest.raises(UnreachableError):
        gateway_to(server, cluster=other).get("/version", Version)
