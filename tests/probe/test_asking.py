"""What `probe` asks for before it runs anything: an answer, a name, rights."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cluster import canary
from tests.cluster.cluster import Cluster
from tests.cluster.users import rule
from tests.doctor.running import ddfargate
from tests.probe.running import CHECKS, run

READ = [
    rule("get list", "pods services namespaces configmaps secrets events"),
    rule("get list", "deployments replicasets statefulsets", "apps"),
    rule("get list", "jobs cronjobs", "batch"),
    rule("get list", "endpointslices", "discovery.k8s.io"),
    rule("get list", "mutatingwebhookconfigurations", "admissionregistration.k8s.io"),
    rule("create", "subjectaccessreviews", "authorization.k8s.io"),
]


def test_who_may_not_exec_is_told_what_is_lacking(probed: Cluster) -> None:
    viewer = probed.user("viewer", rules=READ)

    done = run(probed, "--yes", "-o", "json", "-n", "shop", "deployment/web", kubeconfig=viewer)

    assert done.code == 3, done.err
    assert [done.status(id_) for id_ in CHECKS] == ["unknown"] * 6
    assert {"resource": "pods/exec", "namespace": "shop", "verb": "create", "reason": "forbidden"} in done.report[
        "unread"
    ]


def test_without_a_terminal_and_without_yes_nothing_runs(probed: Cluster) -> None:
    before = executed(probed)

    done = run(probed, "-o", "json")

    assert done.code == 2
    assert done.report["kind"] == "Error"
    assert "nobody can be asked" in done.err
    assert "deployment/coredns" in done.err, "the plan was shown"
    assert executed(probed) == before


@pytest.mark.parametrize(("typed", "code", "runs"), [("n\n", 1, False), ("y\n", 0, True)])
def test_on_a_terminal_it_asks(typed: str, code: int, runs: bool, probed: Cluster) -> None:
    before = executed(probed)
    leader, follower = pty.openpty()
    os.write(leader, typed.encode())
    done = subprocess.run(
        [sys.executable, "-m", "kubectl_ddfargate", "probe", "-o", "json"],
        env={**os.environ, "KUBECONFIG": str(probed.kubeconfig)},
        stdin=follower,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    os.close(follower)
    os.close(leader)

    assert done.returncode == code, done.stderr
    assert "Run it?" in done.stderr
    assert (executed(probed) != before) is runs
    assert (json.loads(done.stdout)["kind"] == "ProbeReport") if runs else done.stdout == ""


@pytest.mark.parametrize("name", ["deployment/gone", "web", "job/web"])
def test_what_is_not_there_cannot_be_probed(name: str, probed: Cluster) -> None:
    assert run(probed, "--yes", "-n", "shop", name).code == 2


def test_a_workload_needs_its_namespace(probed: Cluster) -> None:
    assert "-n NAMESPACE" in run(probed, "--yes", "deployment/web").err


def test_no_command_and_no_trace_holds_a_credential(probed: Cluster, tmp_path: Path) -> None:
    trace = tmp_path / "trace.jsonl"

    run(probed, "--yes", "--trace-requests", str(trace))

    lines = [line for line in trace.read_text().splitlines() if "/exec?" in line]
    assert lines
    assert canary.found_in(trace.read_bytes()) == []
    assert "DD_CLUSTER_AGENT_AUTH_TOKEN" in lines[0], "the container reads it from its own environment"


def test_the_script_can_be_read_before() -> None:
    done = ddfargate("probe", "--show-script")

    assert done.code == 0
    assert "def kubelet" in done.out


def test_nothing_to_probe_is_no_error(probed: Cluster) -> None:
    done = run(probed, "--yes", "-o", "json", "-n", "default")

    assert done.code == 0, done.err
    assert "no agent runs" in done.err


def executed(cluster: Cluster) -> list[str]:
    """The paths that were asked for by exec since the test began."""
    paths = [entry["requestURI"] for entry in cluster.audit("admin")]
    return [path for path in paths if "/exec?" in path]
