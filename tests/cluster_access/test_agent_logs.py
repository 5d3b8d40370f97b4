"""Reading agents' logs from servers and kubelets that refuse, in every way in which they do."""

from __future__ import annotations

import msgspec
import pytest

from kubectl_ddfargate.cluster.collect import logs
from kubectl_ddfargate.cluster.collect.reading import Reading
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.model.kinds import PODS
from kubectl_ddfargate.model.kube.agent_words import AgentWords
from kubectl_ddfargate.model.kube.pods import Pod
from kubectl_ddfargate.model.snapshot import Snapshot, Unread
from tests.cluster import canary
from tests.cluster_access.conftest import Open
from tests.cluster_access.recording_server import RecordingServer, Reply

SAID = b"temporary failure in clusterAgentClient, will retry later: try delay not elapsed yet\n"


def pod(name: str, namespace: str = "shop") -> Pod:
    """A pod on Fargate with an agent, owned by nothing."""
    document = {
        "metadata": {"name": name, "namespace": namespace, "labels": {"eks.amazonaws.com/fargate-profile": "x"}},
        "spec": {
            "schedulerName": "fargate-scheduler",
            "containers": [{"name": "datadog-agent", "image": "datadog/agent:7.81.1"}],
        },
        "status": {"phase": "Running"},
    }
    return msgspec.json.decode(msgspec.json.encode(document), type=Pod)


def log(name: str, namespace: str = "shop") -> str:
    return f"/api/v1/namespaces/{namespace}/pods/{name}/log"


def status(code: int, reason: str, message: str) -> Reply:
    return Reply(status=code, body={"kind": "Status", "reason": reason, "message": message})


def text(body: bytes) -> Reply:
    return Reply(body=body, content_type="text/plain")


@pytest.fixture
def reading(server: RecordingServer, gateway_to: Open) -> Reading:
    """A reading of that server."""
    return Reading(gateway_to(server))


def read(reading: Reading, *pods: Pod) -> AgentWords:
    snapshot = Snapshot(objects={PODS.key: list(pods)})
    try:
        return logs.read_logs(reading, Index(snapshot))
    finally:
        reading.close()


def outcomes(words: AgentWords) -> dict[str, str]:
    return {one.pod: one.outcome for one in words.logs or ()}


def test_one_pod_in_trouble_hides_no_other(server: RecordingServer, reading: Reading) -> None:
    server.on(log("well"), text(SAID))
    server.on(log("starting"), status(400, "BadRequest", 'container "datadog-agent" … is waiting to start: x'))
    server.on(log("gone"), status(404, "NotFound", "gone"))
    server.on(log("lost"), status(500, "InternalError", f"dial tcp: timeout, {canary.API_KEY}"))
    server.on(log("page"), Reply(body=b"<html>", content_type="text/html"))
    names = ("well", "starting", "gone", "lost", "page")

    words = read(reading, *(pod(name) for name in names))

    assert outcomes(words) == {"well": "read", "starting": "starting"}
    assert sorted((entry.resource, entry.name) for entry in reading.unread) == [
        ("pods/log", "lost"),
        ("pods/log", "page"),
    ]
    assert canary.found_in(str(reading.unread).encode()) == []


def test_a_namespace_that_is_refused_is_asked_no_more_than_it_must(
    server: RecordingServer, reading: Reading
) -> None:
    pods = [pod(f"web-{number}") for number in range(40)]
    for one in pods:
        server.on(log(one.name), status(403, "Forbidden", "no"))
    server.on(log("other", "open"), text(SAID))

    words = read(reading, *pods, pod("other", "open"))

    assert outcomes(words) == {"other": "read"}
    assert reading.unread == [Unread(resource="pods/log", verb="get", namespace="shop", reason="forbidden")]
    assert len(server.seen) < 20


def test_pods_beyond_the_limit_are_said(
    server: RecordingServer, reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "MOST_PODS", 2)
    pods = [pod(f"web-{number}") for number in range(4)]
    for one in pods:
        server.on(log(one.name), text(SAID))

    assert sorted(outcomes(read(reading, *pods)).values()) == ["limited", "limited", "read", "read"]


def test_no_log_is_begun_after_the_time(
    server: RecordingServer, reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "MOST_SECONDS", -1.0)

    assert outcomes(read(reading, pod("web"))) == {"web": "limited"}
    assert server.seen == []


def test_a_log_that_is_cut_twice_loses_its_last_line(server: RecordingServer, reading: Reading) -> None:
    half = b"API Key invalid, dropping transaction for https://x " + canary.API_KEY[:16].encode()
    body = b"y" * (logs.MOST_BYTES - len(half) - 1) + b"\n" + half
    server.on(log("web"), text(body))

    words = read(reading, pod("web"))

    assert [one.lines for one in words.logs or ()] == [()]
    assert [f"tailLines={lines}" in seen.path for lines, seen in zip((1000, 50), server.seen, strict=True)] == [
        True
    ] * 2
