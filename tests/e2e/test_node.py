"""The node itself: DNS, the API server's way to it, and that nothing of it stays."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cluster import canary
from tests.cluster.agent import agent
from tests.cluster.node.cluster import NodeCluster
from tests.cluster.node.names import NODE
from tests.cluster.node.namespaces import REPOSITORY, Namespaces
from tests.cluster.node.remains import remains
from tests.cluster.waiting import wait_for


def test_exec_and_logs_pass_the_kubelet(cluster: NodeCluster) -> None:
    cluster.workload("web", "shop", containers=[agent(credentials="literal", url=None)])
    (pod,) = cluster.pods("web", "shop")
    name = pod["metadata"]["name"]
    assert pod["spec"]["nodeName"] == NODE
    assert pod["spec"]["schedulerName"] == "fargate-scheduler"
    assert pod["metadata"]["labels"]["eks.amazonaws.com/fargate-profile"] == "fp-shop-web"

    status = cluster.exec(name, "shop", "datadog-agent", "agent", "status", "--json")
    assert status.returncode == 0, status.stderr
    assert "DATADOG_CLUSTER_AGENT_SERVICE_HOST is empty" in status.stdout
    assert canary.TOKEN not in status.stdout
    by_bash = cluster.exec(name, "shop", "datadog-agent", "bash", "-c", "DD_LOG_LEVEL=off agent status --json")
    assert by_bash.stdout == status.stdout, by_bash.stderr
    cluster.wait_for(lambda: "| CORE | ERROR |" in cluster.logs(name, "shop", "datadog-agent"), what="a log")


def test_the_agents_image_has_the_python_of_the_real_one(cluster: NodeCluster) -> None:
    cluster.workload("web", "shop", containers=[agent(credentials="literal")])
    (pod,) = cluster.pods("web", "shop")
    code = "import socket, ssl, http.client; print(socket.getaddrinfo('10.99.0.2', 53)[0][4])"
    python = "/opt/datadog-agent/embedded/bin/python3"
    ran = cluster.exec(pod["metadata"]["name"], "shop", "datadog-agent", python, "-c", code)
    assert ran.stdout == "('10.99.0.2', 53)\n", ran.stderr


def test_failures_of_exec_and_logs_are_real(cluster: NodeCluster) -> None:
    cluster.workload("web", "shop", containers=[{"name": "web", "image": "registry.example/web:1"}])
    (pod,) = cluster.pods("web", "shop")
    name = pod["metadata"]["name"]
    absent = cluster.exec(name, "shop", "web", "bash", "-c", "true")
    assert absent.returncode != 0
    assert 'exec: "bash": executable file not found in $PATH' in absent.stderr
    nowhere = cluster.kubectl("logs", name, "-n", "shop", "-c", "none")
    assert nowhere.returncode != 0
    assert "container none is not valid for pod" in nowhere.stderr


def test_an_image_that_is_not_there_is_not_pulled(cluster: NodeCluster) -> None:
    containers = [{"name": "web", "image": "registry.example/does-not-exist:1"}]
    cluster.workload("web", "shop", containers=containers, wait=False)
    reasons = {"ErrImagePull", "ImagePullBackOff"}
    cluster.wait_for_pod(
        "web",
        "shop",
        lambda pod: any(
            one["state"].get("waiting", {}).get("reason") in reasons
            for one in pod["status"].get("containerStatuses", ())
        ),
    )


@pytest.mark.parametrize("killed", ["the test run", "the keeper"])
def test_nothing_stays_when_it_is_killed(node: NodeCluster, tmp_path: Path, killed: str) -> None:
    code = (
        "import pathlib, sys\n"
        "from tests.cluster.node.namespaces import Namespaces\n"
        "inside = Namespaces.make(pathlib.Path(sys.argv[1]))\n"
        "inside.start('sleep', ['sleep', '1000'])\n"
        "print(inside.init, inside.keeper, flush=True)\n"
        "sys.stdin.read()\n"
    )
    command: list[str | Path] = [sys.executable, "-c", code, tmp_path]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=REPOSITORY) as run:
        assert run.stdout is not None
        init, keeper = map(int, run.stdout.readline().split())
        network = _target(Path(f"/proc/{init}/ns/net"))
        assert [one for one in remains(tmp_path) if one.startswith("cgroup")]
        os.kill(keeper if killed == "the keeper" else run.pid, signal.SIGKILL)
        if killed == "the keeper":
            wait_for(lambda: _target(Path(f"/proc/{init}/ns/net")) != network, what="the node ends by itself")
            run.kill()
    if killed == "the keeper":
        # Nobody is left who could remove the cgroups: the next one does.
        folder = tmp_path / "next"
        folder.mkdir()
        Namespaces.make(folder).close()
    wait_for(lambda: not remains(tmp_path), what="all is gone", detail=lambda: "\n".join(remains(tmp_path)))
    users = [one for one in Path("/proc").glob("[0-9]*/ns/net") if _target(one) == network]
    assert users == []


def _target(link: Path) -> str:
    try:
        return str(link.readlink())
    except OSError:
        return ""
