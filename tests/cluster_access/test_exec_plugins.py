"""Credential plugins: when they run, how often, and what is said when they fail."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import trustme

from kubectl_ddfargate.cluster import UnauthorizedError
from kubectl_ddfargate.errors import CredentialsError, KubeconfigError
from tests.cluster_access.builders import (
    EXEC_V1,
    ca_data,
    client_pem,
    credential,
    document,
    in_seconds,
    plugin,
    runs,
    write,
)
from tests.cluster_access.conftest import Open, server_context
from tests.cluster_access.recording_server import RecordingServer, Reply, Seen

pytestmark = pytest.mark.computes

REFUSED = Reply(status=401, body={"kind": "Status", "message": "Unauthorized", "reason": "Unauthorized"})


def user(script: Path, **more: Any) -> dict[str, Any]:
    """A user entry with this plugin."""
    return {"exec": {"command": str(script), "apiVersion": EXEC_V1, "interactiveMode": "Never", **more}}


def counting(script: Path) -> Path:
    """A plugin whose token says how often it has run: t1, t2, …"""
    plugin(script, answer=credential(token="tN"))
    text = script.read_text().replace("cat <<'ANSWER'", f'N=$(wc -l < "{script}.runs" | tr -d " "); cat <<ANSWER')
    script.write_text(text.replace("tN", "t$N"))
    return script


def in_parallel(work: Any, threads: int) -> list[Any]:
    """Results of the same work in threads that start together."""
    barrier = threading.Barrier(threads)

    def run(_: int) -> Any:
        barrier.wait(10)
        return work()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, range(threads)))


def test_runs_once_for_all_threads(server: RecordingServer, gateway_to: Open, tmp_path: Path) -> None:
    script = counting(tmp_path / "login")
    gateway = gateway_to(server, user=user(script))
    in_parallel(lambda: gateway.get("/version", dict), 8)
    assert runs(script) == 1
    assert {seen.authorization for seen in server.seen} == {"Bearer t1"}


def test_does_not_run_before_the_first_request(server: RecordingServer, gateway_to: Open, tmp_path: Path) -> None:
    script = counting(tmp_path / "login")
    gateway_to(server, user=user(script))
    assert runs(script) == 0


def test_token_that_ends_soon_is_used(server: RecordingServer, gateway_to: Open, tmp_path: Path) -> None:
    answer = credential(token="t", expirationTimestamp=in_seconds(60))
    script = plugin(tmp_path / "login", answer=answer)
    gateway = gateway_to(server, user=user(script))
    gateway.get("/version", dict)
    gateway.get("/version", dict)
    assert runs(script) == 1


@pytest.mark.parametrize("end", ["2020-01-02T03:04:05Z", "2020-01-02T03:04:05.123456789+02:00"])
def test_token_that_has_ended_is_renewed(
    end: str, server: RecordingServer, gateway_to: Open, tmp_path: Path
) -> None:
    script = plugin(tmp_path / "login", answer=credential(token="t", expirationTimestamp=end))
    gateway = gateway_to(server, user=user(script))
    gateway.get("/version", dict)
    gateway.get("/version", dict)
    assert runs(script) == 2


def test_401_reruns_once_and_repeats_the_request(server: RecordingServer, gateway_to: Open, tmp_path: Path) -> None:
    script = counting(tmp_path / "login")

    def answer(seen: Seen) -> Reply:
        return REFUSED if seen.authorization == "Bearer t1" else Reply()

    server.replies["/version"] = answer
    gateway = gateway_to(server, user=user(script))
    assert in_parallel(lambda: gateway.get("/version", dict)["major"], 6) == ["1"] * 6
    assert runs(script) == 2
    assert [s.authorization for s in server.seen].count("Bearer t2") == 6


def test_401_repeats_a_post_too(server: RecordingServer, gateway_to: Open, tmp_path: Path) -> None:
    """A request that was refused did nothing."""
    server.on("/api/v1/pods", REFUSED, Reply())
    gateway_to(server, user=user(counting(tmp_path / "login"))).post("/api/v1/pods", {}, dict)
    assert [s.authorization for s in server.seen] == ["Bearer t1", "Bearer t2"]


def test_401_for_ever(server: RecordingServer, gateway_to: Open, tmp_path: Path) -> None:
    script = counting(tmp_path / "login")
    server.on("/version", REFUSED)
    gateway = gateway_to(server, user=user(script))
    for _ in range(3):
        with pytest.raises(UnauthorizedError, match='does not accept the credentials of user "main"'):
            gateway.get("/version", dict)
    assert runs(script) == 2, "a rerun that was refused too is not tried again"


def test_renewed_credentials_may_end_as_well(server: RecordingServer, gateway_to: Open, tmp_path: Path) -> None:
    script = counting(tmp_path / "login")
    server.on("/version", REFUSED, Reply(), REFUSED, Reply())
    gateway = gateway_to(server, user=user(script))
    gateway.get("/version", dict)
    gateway.get("/version", dict)
    assert runs(script) == 3


def test_renewed_certificate_gets_new_connections(
    server: RecordingServer, gateway_to: Open, tmp_path: Path, authority: trustme.CA
) -> None:
    answers = []
    for name in ("first", "second"):
        certificate, key = client_pem(authority, name)
        answers.append(credential(clientCertificateData=certificate.decode(), clientKeyData=key.decode()))
    script = plugin(tmp_path / "login", answer=answers[0])
    gateway = gateway_to(server, user=user(script))
    gateway.get("/version", dict)
    plugin(tmp_path / "login", answer=answers[1])
    server.on("/version", REFUSED, Reply())
    gateway.get("/version", dict)
    assert [seen.client for seen in server.seen] == ["first", "first", "second"]
    assert not list(tmp_path.rglob("*pem*"))


SECRETS = {
    "token": "k8s-aws-v1.aHR0cHM6Ly9zdHMuYW1hem9uYXdzLmNvbS8",
    "secret": "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY12",
}


def test_failure_names_plugin_exit_code_and_reason(
    server: RecordingServer, gateway_to: Open, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    line = f"token has expired: {SECRETS['token']} secret={SECRETS['secret']} and refresh failed"
    script = plugin(tmp_path / "aws", answer="", exit_code=254, stderr=f"first line\n{line}")
    with pytest.raises(CredentialsError) as caught:
        gateway_to(server, user=user(script)).get("/version", dict)
    expected = f'the credential plugin "{script}" of user "main" failed (exit 254): token has expired: … secret=… '
    assert caught.value.message == expected + "and refresh failed"
    assert caught.value.hint
    assert server.seen == []
    assert "first line" in capfd.readouterr().err, "the plugin's own words reach the user, as with kubectl"


@pytest.mark.parametrize(
    ("more", "answer", "text", "hint"),
    [
        (
            {"command": "no-such-plugin", "installHint": "brew install \x1b[1mit"},
            "",
            "was not found",
            "brew install it",
        ),
        ({"command": "no-such-plugin"}, "", "was not found", "install no-such-plugin"),
        ({"apiVersion": "client.authentication.k8s.io/v1alpha1"}, "", "no longer understand", "update-kubeconfig"),
        ({"interactiveMode": "Always"}, credential(token="t"), "standard input is not a terminal", "terminal"),
        ({}, "nonsense s3cr3t", "is no ExecCredential in JSON", "by hand"),
        ({}, credential(), "has neither a token nor a certificate", "by hand"),
        ({}, credential(clientKeyData="s3cr3t"), "has only one of certificate and key", "by hand"),
        ({}, credential(clientCertificateData="x", clientKeyData="s3cr3t"), "client certificate and key", "check"),
        ({}, credential(token="s3cr3t\nx"), "holds characters that no token has", "new token"),
        ({}, credential(token="t", expirationTimestamp="soon"), "no RFC 3339 time", "by hand"),
        (
            {},
            credential("client.authentication.k8s.io/v1beta1", token="t"),
            "is of client.auth.*v1beta1",
            "by hand",
        ),
    ],
)
def test_what_cannot_be_used_sends_nothing(  # noqa: PLR0917
    more: dict[str, Any],
    answer: Any,
    text: str,
    hint: str,
    server: RecordingServer,
    gateway_to: Open,
    tmp_path: Path,
) -> None:
    script = plugin(tmp_path / "login", answer=answer)
    with pytest.raises(CredentialsError, match=text) as caught:
        gateway_to(server, user=user(script, **more)).get("/version", dict)
    assert hint in (caught.value.hint or "")
    assert "s3cr3t" not in f"{caught.value.message} {caught.value.hint}"
    assert caught.value.__cause__ is None
    assert server.seen == []


def test_no_mode_is_an_error_of_the_kubeconfig(server: RecordingServer, gateway_to: Open, tmp_path: Path) -> None:
    script = plugin(tmp_path / "login", answer=credential(token="t"))
    with pytest.raises(KubeconfigError, match="needs an interactiveMode"):
        gateway_to(server, user=user(script, interactiveMode=None))


def test_variables(server: RecordingServer, gateway_to: Open, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("OURS", "kept")
    monkeypatch.setenv("AWS_PROFILE", "replaced")
    script = plugin(tmp_path / "login", answer=credential(token="t"))
    env = [{"name": "AWS_PROFILE", "value": "prod"}, {"name": "EMPTY", "value": None}]
    gateway_to(server, user=user(script, env=env)).get("/version", dict)
    told = Path(f"{script}.env").read_text().splitlines()
    assert {"OURS=kept", "AWS_PROFILE=prod", "EMPTY="} <= set(told)


def test_interactive_plugin_has_the_terminal(tmp_path: Path, authority: trustme.CA) -> None:
    """On a real terminal it reads the person's answer, and is told that it may."""
    script = tmp_path / "login"
    script.write_text(
        f'#!/bin/sh\nread -r word\nprintf %s "$KUBERNETES_EXEC_INFO" > "{script}.info"\n'
        f'echo "{{\\"kind\\":\\"ExecCredential\\",\\"apiVersion\\":\\"{EXEC_V1}\\",'
        '\\"status\\":{\\"token\\":\\"$word\\"}}"\n'
    )
    script.chmod(0o755)
    server = RecordingServer(server_context(authority))
    content = document(
        server.url,
        user=user(script, interactiveMode="Always"),
        cluster={"certificate-authority-data": ca_data(authority)},
    )
    config = write(tmp_path / "config", content)
    code = (
        "from kubectl_ddfargate.cluster import connect\n"
        "from kubectl_ddfargate.model.connection import ConnectionFlags\n"
        f"connect(ConnectionFlags(kubeconfig={str(config)!r})).get('/version', dict)\n"
    )
    ours, theirs = pty.openpty()
    try:
        os.write(ours, b"from-the-keyboard\n")
        subprocess.run([sys.executable, "-c", code], stdin=theirs, timeout=60, check=True)
    finally:
        os.close(ours)
        os.close(theirs)
        server.stop()
    assert [seen.authorization for seen in server.seen] == ["Bearer from-the-keyboard"]
    assert '"interactive":true' in Path(f"{script}.info").read_text()
