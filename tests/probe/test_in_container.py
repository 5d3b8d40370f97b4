"""What runs in the container, run here as it is sent, against servers that behave as a cluster agent or a fault."""

from __future__ import annotations

import json
import socket
import ssl
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from kubectl_ddfargate.cluster.probing import python_script
from tests.cluster import canary
from tests.cluster_access.recording_server import RecordingServer, Reply
from tests.probe.running import STEPS
from tests.probe.scripts import Steps, tried

pytestmark = pytest.mark.computes

NODE = "fargate-ip-10-0-1-2.compute.internal"
HEALTHZ = f"/api/v1/nodes/{NODE}/proxy/healthz"
ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """Who signed the servers' certificates."""
    return trustme.CA()


@pytest.fixture
def server(authority: trustme.CA) -> Iterator[RecordingServer]:
    """A cluster agent, and an API server before a kubelet."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", "localhost").configure_cert(context)
    started = RecordingServer(context)
    started.on("/version", Reply(body={"Major": 7, "Minor": 81, "Patch": 1, "Commit": "x"}))
    started.on(HEALTHZ, Reply(body=b"ok"))
    yield started
    started.stop()


@pytest.fixture
def account(authority: trustme.CA, tmp_path: Path) -> Path:
    """The folder of the ServiceAccount."""
    (tmp_path / "token").write_text(canary.OTHER_TOKEN)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.crt"))
    return tmp_path


def by_python(account: Path, env: dict[str, str], *, limit: str = "4.0") -> Steps:
    script = python_script().replace(ACCOUNT, str(account)).replace("LIMIT = 4.0", f"LIMIT = {limit}")
    return tried([sys.executable, "-I", "-c", script], env)


def healthy(server: RecordingServer) -> dict[str, str]:
    return {
        "DD_CLUSTER_AGENT_URL": server.url,
        "DD_CLUSTER_AGENT_AUTH_TOKEN": canary.TOKEN,
        "DD_KUBERNETES_KUBELET_NODENAME": NODE,
        "KUBERNETES_SERVICE_HOST": "127.0.0.1",
        "KUBERNETES_SERVICE_PORT": str(server.port),
    }


def test_all_is_reached_with_the_containers_own_tokens(server: RecordingServer, account: Path) -> None:
    steps = by_python(account, healthy(server))

    assert steps == dict.fromkeys((*STEPS, "kubelet"), ("ok", ""))
    assert [(seen.path, seen.authorization) for seen in server.seen] == [
        ("/version", f"Bearer {canary.TOKEN}"),
        (HEALTHZ, f"Bearer {canary.OTHER_TOKEN}"),
    ]


@pytest.mark.parametrize("status", [401, 403, 500])
def test_an_answer_is_told_by_its_status(status: int, server: RecordingServer, account: Path) -> None:
    server.on("/version", Reply(status=status, body=b"no"))
    server.on(HEALTHZ, Reply(status=status, body=b"no"))

    steps = by_python(account, healthy(server))

    assert (steps["tls"], steps["version"], steps["kubelet"]) == (
        ("ok", ""),
        ("failed", str(status)),
        ("failed", str(status)),
    )


@pytest.mark.parametrize(
    ("url", "broken", "code"),
    [
        (None, "endpoint", "none"),
        ("http://172.20.0.53:5005", "endpoint", "form"),
        ("https://172.20.0.53", "endpoint", "form"),
        ("https://:5005", "endpoint", "form"),
        ("https://172.20.0.53:99999", "endpoint", "form"),
        ("https://no-such-host.invalid:5005", "resolve", "dns"),
        ("https://127.0.0.1:1", "tcp", "refused"),
        ("127.0.0.1:1", "tcp", "refused"),
        ("https://[::1]:1", "tcp", None),
    ],
)
def test_the_first_fault_is_named_and_the_rest_not_tried(
    url: str | None, broken: str, code: str | None, server: RecordingServer, account: Path
) -> None:
    env = healthy(server)
    env.pop("DD_CLUSTER_AGENT_URL")

    steps = by_python(account, env | ({"DD_CLUSTER_AGENT_URL": url} if url else {}))

    at = STEPS.index(broken)
    assert [steps[name][0] for name in STEPS] == ["ok"] * at + ["failed"] + ["untested"] * (len(STEPS) - at - 1)
    assert code in (None, steps[broken][1])
    assert steps["kubelet"] == ("ok", "")


def test_service_variables_stand_in_for_the_url(server: RecordingServer, account: Path) -> None:
    env = healthy(server)
    del env["DD_CLUSTER_AGENT_URL"]
    env |= {"DCA_X_SERVICE_HOST": "127.0.0.1", "DCA_X_SERVICE_PORT": str(server.port)}

    assert by_python(account, env)["endpoint"] == ("failed", "none")
    named = by_python(account, env | {"DD_CLUSTER_AGENT_KUBERNETES_SERVICE_NAME": "dca-x"})

    assert named["version"] == ("ok", "")


def test_who_takes_connections_and_says_nothing(server: RecordingServer, account: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        env = healthy(server) | {"DD_CLUSTER_AGENT_URL": f"https://127.0.0.1:{silent.getsockname()[1]}"}
        steps = by_python(account, env, limit="0.3")

    assert (steps["tcp"], steps["tls"]) == (("ok", ""), ("failed", "timeout"))


def test_who_speaks_no_tls(account: Path, server: RecordingServer) -> None:
    plain = RecordingServer(None)
    steps = by_python(account, healthy(server) | {"DD_CLUSTER_AGENT_URL": f"https://127.0.0.1:{plain.port}"})
    plain.stop()

    assert steps["tls"] == ("failed", "tls")


@pytest.mark.parametrize("lacking", ["token", "DD_KUBERNETES_KUBELET_NODENAME", "KUBERNETES_SERVICE_HOST"])
def test_what_the_kubelet_needs(lacking: str, server: RecordingServer, account: Path) -> None:
    env = healthy(server)
    if lacking == "token":
        (account / "token").unlink()
    else:
        del env[lacking]

    assert by_python(account, env)["kubelet"][0] == "failed"


def test_a_kubelets_token_goes_to_no_stranger(server: RecordingServer, account: Path) -> None:
    trustme.CA().cert_pem.write_to_path(str(account / "ca.crt"))

    assert by_python(account, healthy(server))["kubelet"] == ("failed", "tls")
    assert [seen.path for seen in server.seen] == ["/version"]


def test_the_script_is_short_and_plain() -> None:
    script = python_script()

    assert len(script) < 8700
    assert json.dumps(script).count("#") == 0
    assert "def cluster_agent():" in script
