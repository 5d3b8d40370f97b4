"""`doctor --wait`: asks until the report is good, or until the time is over."""

from __future__ import annotations

import itertools
import os
import pty
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from kubectl_ddfargate.commands import waiting
from kubectl_ddfargate.commands.doctor import EXAMPLE, DoctorOptions, diagnose_file
from kubectl_ddfargate.errors import UnreachableError
from kubectl_ddfargate.model.report import Report
from tests.cluster.cluster import Cluster
from tests.cluster.reference import healthy_reference, load
from tests.docs.test_rbac import printed
from tests.doctor.running import ddfargate

RIGHTS = "datadog-agent-fargate"
LONGEST = 120
"""Seconds after which a run is killed."""


@pytest.fixture
def broken(cluster: Cluster) -> Cluster:
    """The reference, where the agents may not ask their kubelets (DDF501)."""
    healthy_reference(cluster)
    cluster.delete("ClusterRoleBinding", RIGHTS)
    return cluster


def looks_at_bindings(cluster: Cluster, user: str) -> int:
    """How often a user has listed them: once in each run."""
    asked = [entry.get("objectRef", {}).get("resource") for entry in cluster.audit(user)]
    return asked.count("clusterrolebindings")


def mend_once_asked(cluster: Cluster, user: str) -> threading.Thread:
    """Give the rights back as soon as the user's first run has read the pods and gone on to what it judges last."""

    def mend() -> None:
        cluster.wait_for(
            lambda: looks_at_bindings(cluster, user) > 0, what="the first run of doctor", deadline=LONGEST
        )
        cluster.apply(load("kubelet-rights"))

    thread = threading.Thread(target=mend)
    thread.start()
    return thread


def reader(cluster: Cluster, name: str) -> Path:
    (role, *_) = printed()
    return cluster.user(name, rules=role["rules"])


def test_it_ends_when_the_cluster_is_mended(broken: Cluster) -> None:
    kubeconfig = reader(broken, "waits")
    thread = mend_once_asked(broken, "waits")

    run = ddfargate("doctor", "--wait", "--timeout", "60s", "-o", "json", kubeconfig=kubeconfig, timeout=LONGEST)
    thread.join()

    assert run.code == 0, run.err
    assert run.status("DDF501") == "pass"
    assert run.err == ""  # no terminal: nobody watches
    assert looks_at_bindings(broken, "waits") >= 2


def test_after_the_time_the_last_report_is_printed(broken: Cluster) -> None:
    run = ddfargate("doctor", "--wait", "--timeout", "1s", "-o", "json", kubeconfig=broken.kubeconfig)
    assert run.code == 1
    assert "DDF501" in run.findings("error")
    assert "not good within 1 s" in run.err
    # what is good is a matter of --fail-on
    good = ddfargate("doctor", "--wait", "--timeout", "1s", "--fail-on", "never", kubeconfig=broken.kubeconfig)
    assert good.code == 0


def test_on_a_terminal_it_says_what_it_waits_for(broken: Cluster) -> None:
    kubeconfig = reader(broken, "watches")
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "kubectl_ddfargate", "doctor", "--wait", "--timeout", "60s"],
        env={**os.environ, "KUBECONFIG": str(kubeconfig), "HOME": "/nonexistent", "TERM": "xterm"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=theirs,
    )
    timer = threading.Timer(LONGEST, process.kill)
    timer.start()
    os.close(theirs)
    try:
        said = b""
        while b"left: DDF501 ServiceAccounts of agents" not in said:
            said += os.read(ours, 1024)
        broken.apply(load("kubelet-rights"))
        assert process.wait() == 0
    finally:
        timer.cancel()
        process.kill()
        os.close(ours)


@pytest.mark.parametrize(
    "words", [("--example",), ("--from", str(EXAMPLE)), ("deployment/coredns", "-n", "kube-system")]
)
def test_what_it_goes_not_with(words: tuple[str, ...]) -> None:
    run = ddfargate("doctor", *words, "--wait")
    assert run.code == 2
    assert "--wait asks again and again" in run.err


@pytest.mark.parametrize(
    ("words", "told"),
    [(("--timeout", "5m"), "only with --wait or --fix"), (("--wait", "--timeout", "soon"), "--timeout: ")],
)
def test_a_timeout_that_cannot_be_used(words: tuple[str, ...], told: str) -> None:
    run = ddfargate("doctor", *words)
    assert run.code == 2
    assert told in run.err


def test_a_server_that_is_away_for_a_moment_is_asked_again() -> None:
    bad = diagnose_file(EXAMPLE, DoctorOptions())
    answers: Iterator[Report | Exception] = iter([bad, UnreachableError("no answer"), bad])
    told: list[str] = []

    def diagnose() -> Report:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    seen: list[Report] = []

    def is_good(report: Report) -> bool:
        seen.append(report)
        return len(seen) == 2

    report, in_time = waiting.wait_until_good(
        diagnose, is_good=is_good, seconds=60, tell=told.append, pauses=itertools.repeat(0.0)
    )
    assert in_time
    assert report is bad
    assert "no answer" in told[1]


def test_a_server_that_cannot_be_asked_at_all_ends_it_at_once() -> None:
    def diagnose() -> Report:
        raise UnreachableError("no answer")

    with pytest.raises(UnreachableError):
        waiting.wait_until_good(diagnose, is_good=lambda _: True, seconds=60, tell=print)


def test_the_pauses_grow() -> None:
    pauses = waiting.growing_pauses()
    assert [round(next(pauses), 1) for _ in range(6)] == [2.0, 3.0, 4.5, 6.8, 10.0, 10.0]
