"""Kills a run of the tool right after one of its writes, as a power cut would."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.cluster.cluster import Cluster
from tests.cluster.waiting import wait_for
from tests.install.state import writes


def killed_after(cluster: Cluster, number: int, trace: Path, *words: str, command: str = "install") -> None:
    """Start a run in the folder of `trace` and kill it as soon as it has written so often."""
    trace.touch()
    process = subprocess.Popen(
        [sys.executable, "-m", "kubectl_ddfargate", command, "--yes", *words, "--trace-requests", str(trace)],
        cwd=trace.parent,
        env={**os.environ, "KUBECONFIG": str(cluster.kubeconfig), "HOME": "/nonexistent"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    wait_for(
        lambda: len(_whole(trace)) >= number or process.poll() is not None, what=f"write {number}", deadline=120
    )
    process.send_signal(signal.SIGKILL)
    process.wait()


def _whole(trace: Path) -> list[str]:
    """The writes so far; the last line may be half there."""
    text = trace.read_text(encoding="utf-8")
    whole = trace.with_suffix(".whole")
    whole.write_text(text[: text.rfind("\n") + 1], encoding="utf-8")
    return writes(whole)
