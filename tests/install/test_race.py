"""An address that is lost between the plan and the write: a new plan, told and asked again."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.cluster import Cluster
from tests.cluster.users import rule
from tests.docs.rbac_page import merged, needed
from tests.docs.test_rbac import rules
from tests.doctor.running import ddfargate
from tests.install.reference import bare, install
from tests.install.refused import refused
from tests.install.test_trouble import SERVICE

GATEWAY = """
apiVersion: networking.k8s.io/v1
kind: IPAddress
metadata: {name: 172.20.0.53}
spec: {parentRef: {group: gateway.networking.k8s.io, resource: gateways, namespace: shop, name: entry}}
"""
"""An address that no Service has."""


@pytest.fixture(autouse=True)
def address_is_given_back(cluster: Cluster) -> Iterator[None]:
    """The way back to an empty cluster looks at Services' addresses only as their followers."""
    yield
    found = cluster.get("IPAddress", "172.20.0.53")
    if found is not None and found["spec"]["parentRef"]["resource"] == "gateways":
        cluster.delete("IPAddress", "172.20.0.53")


@pytest.mark.parametrize(
    ("holder", "told"),
    [
        (
            SERVICE % {"name": "faster", "namespace": "shop", "address": "172.20.0.53"},
            b"172.20.0.53 was taken meanwhile by service shop/faster",
        ),
        (GATEWAY, b"172.20.0.53 was taken meanwhile: ipaddress/172.20.0.53 is there"),
    ],
    ids=["by-a-service", "by-something-else"],
)
def test_lost_to_another(holder: str, told: bytes, cluster: Cluster) -> None:
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
        cluster.apply(holder)
        os.write(ours, b"y\n")
        second = _until(process, b"[y/N]")
        assert told in second
        assert b"172.20.0.54" in second
        os.write(ours, b"y\n")
        rest = process.stdout.read()
        assert process.wait() == 0, (first + second + rest).decode()
    finally:
        timer.cancel()
        process.kill()
        os.close(ours)
        os.close(theirs)
    assert _address(cluster) == "172.20.0.54"


def test_what_something_else_holds_is_left_to_it(cluster: Cluster, tmp_path: Path) -> None:
    bare(cluster)
    cluster.apply(GATEWAY)
    told = refused(cluster, "--cluster-agent-ip", "172.20.0.53", tmp_path=tmp_path)
    assert "the object ipaddress/172.20.0.53 is there" in told
    assert "172.20.0.54 is free" in told
    run = install(cluster)
    assert run.code == 0, run.out + run.err
    assert _address(cluster) == "172.20.0.54"


def test_without_the_right_to_see_it_the_plan_goes_on_and_says_so(cluster: Cluster) -> None:
    bare(cluster)
    rights = needed()
    seen = {key: verbs for key, verbs in merged(*rights.values()).items() if not key.startswith("ipaddresses")}
    escalating = rule("escalate bind", "clusterroles", "rbac.authorization.k8s.io")
    user = cluster.user("no-addresses", rules=[*rules(seen), escalating])
    run = ddfargate("diff", "-o", "text", kubeconfig=user)
    assert run.code == 1, run.out + run.err
    assert "cannot list ipaddresses.networking.k8s.io (forbidden)" in run.out + run.err


def _address(cluster: Cluster) -> str:
    spec = cluster.existing("Service", "datadog-cluster-agent-fixed", "datadog")["spec"]
    return str(spec["clusterIP"])


def _until(process: subprocess.Popen[bytes], words: bytes) -> bytes:
    assert process.stdout is not None
    seen = b""
    while words not in seen:
        more = process.stdout.read(1)
        assert more, seen.decode()
        seen += more
    return seen
