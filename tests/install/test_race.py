"""An address that is lost between the plan and the write: a new plan, told and asked again."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import threading

from tests.cluster.cluster import Cluster
from tests.install.reference import bare
from tests.install.test_trouble import SERVICE


def test_lost_to_another_service(cluster: Cluster) -> None:
    bare(cluster)
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "kubectl_ddfargate", "install"],
        env={**os.environ, "KUBECONFIG": str(cluster.kubeconfig), "HOME": "/nonexistent"},
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert process.stdout is not None
    timer = threading.Timer(120, process.kill)
    timer.start()
    try:
        first = _until(process, b"[y/N]")
        assert b"172.20.0.53" in first
        cluster.apply(SERVICE % {"name": "faster", "namespace": "shop", "address": "172.20.0.53"})
        os.write(ours, b"y\n")
        second = _until(process, b"[y/N]")
        assert b"172.20.0.53 was taken meanwhile by service shop/faster" in second
        assert b"172.20.0.54" in second
        os.write(ours, b"y\n")
        rest = process.stdout.read()
        assert process.wait() == 0, (first + second + rest).decode()
    finally:
        timer.cancel()
        process.kill()
        os.close(ours)
        os.close(theirs)
    assert (
        cluster.existing("Service", "datadog-cluster-agent-fixed", "datadog")["spec"]["clusterIP"] == "172.20.0.54"
    )


def _until(process: subprocess.Popen[bytes], words: bytes) -> bytes:
    assert process.stdout is not None
    seen = b""
    while words not in seen:
        more = process.stdout.read(1)
        assert more, seen.decode()
        seen += more
    return seen
