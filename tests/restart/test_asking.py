"""On a terminal it asks."""

from __future__ import annotations

import os
import pty
import subprocess
import sys

import pytest

from tests.cluster.cluster import Cluster
from tests.cluster.reference import TARGETS, healthy_reference
from tests.restart.injecting import inject, restarted


@pytest.mark.parametrize(("answer", "code", "rolled"), [("n", 1, []), ("y", 0, ["web"])])
def test_the_answer_counts(answer: str, code: int, rolled: list[str], cluster: Cluster) -> None:
    healthy_reference(cluster, injector=None)
    inject(cluster, {"app": "web"})
    ours, theirs = pty.openpty()
    try:
        os.write(ours, f"{answer}\n".encode())
        done = subprocess.run(
            [sys.executable, "-m", "kubectl_ddfargate", "restart"],
            env={**os.environ, "KUBECONFIG": str(cluster.kubeconfig)},
            stdin=theirs,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    finally:
        os.close(ours)
        os.close(theirs)

    assert done.returncode == code, done.stdout + done.stderr
    assert "deployment/web -n shop" in done.stdout
    assert "Restart 1 workload(s) in " in done.stdout + done.stderr
    assert [target.name for target in TARGETS if restarted(cluster, target.name, target.namespace)] == rolled
