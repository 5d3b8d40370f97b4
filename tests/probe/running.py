"""Runs `probe` as a user does, and what containers are prepared to answer."""

from __future__ import annotations

from pathlib import Path

from tests.cluster import canary
from tests.cluster.cluster import Cluster
from tests.doctor.running import Run, ddfargate

STEPS = ("endpoint", "proxy", "resolve", "tcp", "tls", "version")
PYTHON, BASH = "def cluster_agent", "/dev/tcp"
GOOD = "".join(f"DDF|{step}|ok||\n" for step in (*STEPS, "kubelet"))
CHECKS = [f"DDF80{number}" for number in range(1, 7)]


def run(cluster: Cluster, *words: str, kubeconfig: Path | None = None) -> Run:
    """One run of `probe`; no output of it holds a secret value."""
    done = ddfargate("probe", *words, kubeconfig=kubeconfig or cluster.kubeconfig)
    for stream in (done.out, done.err):
        assert canary.found_in(stream.encode()) == []
    return done


def answer(step: str, code: str, detail: str = "") -> str:
    """The output where one step fails, and what follows it is not tried."""
    at = STEPS.index(step)
    rows = [f"{name}|ok||" for name in STEPS[:at]] + [f"{step}|failed|{code}|{detail}"]
    rows += [f"{name}|untested|after|an earlier step failed" for name in STEPS[at + 1 :]]
    return "".join(f"DDF|{row}\n" for row in [*rows, "kubelet|ok||"])
