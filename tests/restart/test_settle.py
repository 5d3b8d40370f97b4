"""How long a new CoreDNS pod must have been Ready: as long as was asked for, or as its server allows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import msgspec
import pytest

from kubectl_ddfargate.cli.install_options import write_options
from kubectl_ddfargate.cluster import connect, rollout
from kubectl_ddfargate.cluster.gateway import Gateway
from kubectl_ddfargate.cluster.rollout_records import Rolled
from kubectl_ddfargate.cluster.rollout_settle import raise_to
from kubectl_ddfargate.commands.outdated_workloads import Scope, find_outdated
from kubectl_ddfargate.commands.restart import restart_workloads
from kubectl_ddfargate.commands.write_options import WriteOptions
from kubectl_ddfargate.facts.workloads import WorkloadRef
from kubectl_ddfargate.model.connection import ConnectionFlags
from tests.cluster.cluster import Cluster
from tests.cluster.reference import healthy_reference
from tests.doctor.running import ddfargate
from tests.restart.injecting import inject

DNS = WorkloadRef("kube-system", "Deployment", "coredns", "apps/v1")


@pytest.fixture
def gateway(cluster: Cluster) -> Iterator[Gateway]:
    with connect(ConnectionFlags(kubeconfig=str(cluster.kubeconfig))) as opened:
        yield opened


@pytest.mark.parametrize(
    ("spec", "settle", "raised"),
    [
        ({"progressDeadlineSeconds": 600}, 20, 20),
        ({"progressDeadlineSeconds": 600}, 600, 599),
        ({"progressDeadlineSeconds": 15}, 20, 14),
        ({"progressDeadlineSeconds": 15, "minReadySeconds": 14}, 20, None),
        ({"progressDeadlineSeconds": 600, "minReadySeconds": 30}, 20, None),
        ({"progressDeadlineSeconds": 600}, 0, None),
        ({}, 900, 900),  # a StatefulSet has no such deadline, and the server gives each Deployment one
    ],
)
def test_what_it_is_raised_to(spec: dict[str, Any], settle: int, raised: int | None) -> None:
    assert raise_to(msgspec.convert({"spec": spec}, Rolled), settle) == raised


def test_a_short_progress_deadline_cuts_it_and_that_is_said(cluster: Cluster, gateway: Gateway) -> None:
    healthy_reference(cluster, injector=None)
    cluster.patch("Deployment", "coredns", "kube-system", {"spec": {"progressDeadlineSeconds": 4}})
    inject(cluster)
    found = find_outdated(gateway, Scope(targets=("kube-system/deployment/coredns",)))
    said: list[str] = []
    seen: set[object] = set()

    def look(text: str) -> None:
        seen.add(cluster.existing("Deployment", "coredns", "kube-system")["spec"].get("minReadySeconds"))

    result = restart_workloads(
        gateway, found.outdated, deadline_each=60, tell=said.append, dns_settle=20, progress=look
    )

    assert result.ok, said
    assert 3 in seen
    assert any("settles for 3 s, not 20 s" in line and "progressDeadlineSeconds" in line for line in said), said
    assert "minReadySeconds" not in cluster.existing("Deployment", "coredns", "kube-system")["spec"]
    assert rollout.read(gateway, DNS).metadata.former_settle is None


@pytest.mark.parametrize("command", [("restart",), ("install", "--restart"), ("uninstall", "--restart")])
def test_a_settling_longer_than_the_whole_is_refused_before_anything_is_asked(
    command: tuple[str, ...], tmp_path: Path
) -> None:
    run = ddfargate(*command, "--yes", "--settle", "20m", "--timeout", "10m", kubeconfig=tmp_path / "none")

    assert (run.code, run.out) == (2, "")
    assert "--settle 1200s is longer than --timeout 600s" in run.err
    assert "nothing was written" in run.err


@pytest.mark.parametrize(
    ("timeout", "given", "settle"),
    [("10m", None, 20), ("30s", None, 15), ("15s", None, 7), ("15s", "12s", 12), ("1s", None, 0)],
)
def test_the_usual_settling_takes_half_of_a_shorter_time(timeout: str, given: str | None, settle: int) -> None:
    @click.command()
    @write_options
    def command(options: WriteOptions) -> int:
        return options.settle

    words = ["--timeout", timeout, *(("--settle", given) if given else ())]
    assert command.main(words, standalone_mode=False) == settle
