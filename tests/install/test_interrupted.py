"""Ctrl-C: it is said what was written, before anything was and in the middle of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from threading import Event

import pytest

from tests.cluster.cluster import Cluster
from tests.install.faulty_server import faulty
from tests.install.reference import bare, install
from tests.install.state import state
from tests.install.terminal import on_a_terminal


@pytest.mark.parametrize("action", ["install", "uninstall"])
def test_at_the_question_nothing_was_written(cluster: Cluster, action: str) -> None:
    bare(cluster)
    if action == "uninstall":
        run = install(cluster)
        assert run.code == 0, run.out + run.err
    before = state(cluster)
    with on_a_terminal(cluster, action) as asking:
        asking.until_asked()
        code, rest = asking.interrupt()
    assert code == 130, rest
    assert rest.splitlines()[-1] == "interrupted: nothing was written"
    assert state(cluster) == before


def test_in_the_middle_it_says_what_stands_above_was_written(cluster: Cluster, tmp_path: Path) -> None:
    bare(cluster)
    reached, go_on = Event(), Event()

    def wrong(method: str, path: str, body: bytes) -> None:
        if method == "PATCH" and "dryRun" not in path and "/secrets/" in path:
            reached.set()
            go_on.wait(60)

    with faulty(cluster, tmp_path, wrong) as side:
        process = subprocess.Popen(
            [sys.executable, "-m", "kubectl_ddfargate", "install", "--yes"],
            cwd=tmp_path,
            env={**os.environ, "KUBECONFIG": str(side.kubeconfig), "HOME": "/nonexistent"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert reached.wait(120)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        go_on.set()
    assert process.returncode == 130, out + err
    *_, made, told = out.splitlines()
    assert made.startswith("service/datadog-cluster-agent-fixed -n datadog created")
    assert told.startswith("interrupted: what is named above as created or configured was written")
    assert cluster.get("Service", "datadog-cluster-agent-fixed", "datadog") is not None
    assert cluster.get("MutatingAdmissionPolicy", "ddfargate-agent-sidecar") is None
    assert install(cluster).code == 0
