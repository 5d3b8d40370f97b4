"""One command in a container, through the real API server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kubectl_ddfargate.cluster import Gateway, connect
from kubectl_ddfargate.cluster.exec_session import MOST_BYTES, Ran, run
from kubectl_ddfargate.errors import ForbiddenError, NotFoundError
from kubectl_ddfargate.model.connection import ConnectionFlags
from tests.cluster.cluster import Cluster
from tests.cluster.users import rule


@pytest.fixture
def pod(cluster: Cluster) -> str:
    """A pod that runs."""
    cluster.workload("web", "shop")
    name: str = cluster.pods("web", "shop")[0]["metadata"]["name"]
    return name


@pytest.fixture
def gateway(cluster: Cluster) -> Iterator[Gateway]:
    """As the administrator."""
    with connect(ConnectionFlags(kubeconfig=str(cluster.kubeconfig))) as opened:
        yield opened


def ran(gateway: Gateway, pod: str, *command: str) -> Ran:
    return run(gateway, "shop", pod, "web", command, seconds=20)


def test_output_and_exit_code(cluster: Cluster, gateway: Gateway, pod: str) -> None:
    cluster.set_exec("shop", "web-", "web", "agent version", stdout="Agent 7.81.1\n", stderr="oh\n")
    cluster.set_exec("shop", "web-", "web", "agent status", stdout="half", exit_code=3)

    good, bad = ran(gateway, pod, "agent", "version"), ran(gateway, pod, "agent", "status")

    assert (good.stdout, good.stderr, good.exit_code) == ("Agent 7.81.1\n", "oh\n", 0)
    assert (bad.stdout, bad.exit_code) == ("half", 3)
    assert "exit status 3" in bad.message


def test_each_word_of_a_command_arrives_as_it_is(cluster: Cluster, gateway: Gateway, pod: str) -> None:
    words = ("sh", "-c", "echo 'a b' & c=1\n# %41 ü")
    cluster.set_exec("shop", "web-", "web", " ".join(words), stdout="it came whole")

    assert ran(gateway, pod, *words).stdout == "it came whole"


def test_output_is_bounded(cluster: Cluster, gateway: Gateway, pod: str) -> None:
    cluster.set_exec("shop", "web-", "web", "yes", stdout="y\n" * MOST_BYTES)

    assert len(ran(gateway, pod, "yes").stdout) <= MOST_BYTES


def test_what_is_not_in_the_image(gateway: Gateway, pod: str) -> None:
    assert ran(gateway, pod, "python3").exit_code == 127


def test_refusals_are_told_as_such(cluster: Cluster, gateway: Gateway, pod: str) -> None:
    viewer = cluster.user("viewer", rules=[rule("get list", "pods pods/log")])

    with connect(ConnectionFlags(kubeconfig=str(viewer))) as limited, pytest.raises(ForbiddenError) as refused:
        ran(limited, pod, "agent", "version")
    with pytest.raises(NotFoundError):
        ran(gateway, "gone", "agent", "version")

    assert "pods/exec" in refused.value.message


def test_the_command_stands_in_the_audit_log(cluster: Cluster, gateway: Gateway, pod: str) -> None:
    user = cluster.user("prober", rules=[rule("get create", "pods/exec")])
    with connect(ConnectionFlags(kubeconfig=str(user))) as opened:
        ran(opened, pod, "agent", "version")

    cluster.wait_for(lambda: cluster.audit("prober"), what="an audit event")
    assert {entry["objectRef"]["subresource"] for entry in cluster.audit("prober")} == {"exec"}
