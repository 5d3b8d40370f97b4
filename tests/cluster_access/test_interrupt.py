"""Ctrl-C ends the program at once, whatever its threads still wait for."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.cluster.waiting import wait_for
from tests.cluster_access.builders import document, write
from tests.cluster_access.recording_server import RecordingServer, Reply, Seen

pytestmark = pytest.mark.computes

PODS = "/api/v1/pods"
GROUPS = Reply(body={"kind": "APIGroupDiscoveryList", "items": []})
DEADLINE = 20.0
"""Seconds; the program itself would wait for these answers three times as long."""


def _nothing_comes(server: RecordingServer) -> None:
    server.on(PODS, Reply(hang=True))


def _it_comes_slowly(server: RecordingServer) -> None:
    server.on(PODS, Reply(drip=True))


def _the_next_page_does_not_come(server: RecordingServer) -> None:
    pod = {"metadata": {"name": "a", "namespace": "shop"}, "spec": {}}
    page = {"kind": "PodList", "metadata": {"continue": "t"}, "items": [pod]}

    def answer(seen: Seen) -> Reply:
        return Reply(hang=True) if "continue=t" in seen.path else Reply(body=json.dumps(page).encode())

    server.replies[PODS] = answer


def _the_first_answer_does_not_come(server: RecordingServer) -> None:
    server.on("/version", Reply(hang=True))
    server.on(PODS, Reply(hang=True))


WAYS: dict[str, tuple[Callable[[RecordingServer], None], str]] = {
    "no answer": (_nothing_comes, PODS),
    "a slow answer": (_it_comes_slowly, PODS),
    "no next page": (_the_next_page_does_not_come, "continue=t"),
    "no answer at all": (_the_first_answer_does_not_come, PODS),
}


@pytest.mark.parametrize("way", WAYS)
def test_ctrl_c(way: str, plain_server: RecordingServer, tmp_path: Path) -> None:
    prepare, asked = WAYS[way]
    for path in ("/api", "/apis"):
        plain_server.on(path, GROUPS)
    prepare(plain_server)
    config = write(tmp_path / "kubeconfig", document(plain_server.url, user={"token": "t"}))
    running = subprocess.Popen(
        [sys.executable, "-m", "kubectl_ddfargate", "doctor", "--kubeconfig", str(config), "-o", "json"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "NO_COLOR": "1"},
    )  # fmt: skip
    try:
        wait_for(
            lambda: any(asked in unquote(seen.path) for seen in list(plain_server.seen)),
            what="the request that is not answered",
        )
        running.send_signal(signal.SIGINT)
        # No answer comes before the server stops, which is after this.
        out, _ = running.communicate(timeout=DEADLINE)
    finally:
        running.kill()
    assert running.returncode == 130
    assert json.loads(out)["message"] == "interrupted"
