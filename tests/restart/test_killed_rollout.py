"""A run that is killed while CoreDNS is rolled: the next one brings it to its end, and `minReadySeconds` back."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable

import pytest

from kubectl_ddfargate.cluster import connect, rollout
from kubectl_ddfargate.cluster.rollout_records import FORMER_SETTLE
from kubectl_ddfargate.facts.workloads import WorkloadRef
from kubectl_ddfargate.model.connection import ConnectionFlags
from tests.cluster.cluster import Cluster
from tests.cluster.reference import healthy_reference
from tests.cluster.waiting import wait_for
from tests.doctor.running import ddfargate
from tests.install.reference import bare
from tests.restart.injecting import agent_images, restarted
from tests.restart.ready_pods import ReadyPods

DNS = WorkloadRef("kube-system", "Deployment", "coredns", "apps/v1")
TARGET = ("--target", "kube-system/deployment/coredns")
LONG = ("--settle", "8s")
"""Long enough to kill the run before the rollout is through."""


def is_patched(cluster: Cluster) -> bool:
    return FORMER_SETTLE in (cluster.existing("Deployment", "coredns", "kube-system")["metadata"]["annotations"])


def has_a_new_pod(cluster: Cluster) -> bool:
    return bool(agent_images(cluster, "coredns", "kube-system"))


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (is_patched, ("install", "--restart", *TARGET)),
        (has_a_new_pod, ("install", "--restart", *TARGET)),
        (has_a_new_pod, ("restart", "deployment/coredns", "-n", "kube-system")),
    ],
    ids=["patched-install", "new-pod-install", "new-pod-restart"],
)
def test_the_next_run_ends_it(cluster: Cluster, moment: Callable[[Cluster], bool], words: tuple[str, ...]) -> None:
    bare(cluster)
    before = cluster.existing("Deployment", "coredns", "kube-system")

    with ReadyPods(cluster) as seen:
        _killed_when(cluster, moment)
        killed = cluster.existing("Deployment", "coredns", "kube-system")
        assert killed["spec"]["minReadySeconds"] == 8
        run = ddfargate(*words, "--yes", "--settle", "1s", kubeconfig=cluster.kubeconfig, timeout=240)

    assert run.code == 0, run.out + run.err
    assert seen.least >= 1
    after = cluster.wait_rolled_out("coredns", "kube-system")
    assert "minReadySeconds" not in after["spec"]
    assert set(after["metadata"]["annotations"]) == set(before["metadata"]["annotations"])
    images = agent_images(cluster, "coredns", "kube-system")
    assert len(images) == len(cluster.pods("coredns", "kube-system")) == 2


def test_restart_alone_puts_back_what_is_left(cluster: Cluster) -> None:
    """Also where nothing is outdated: shown, asked, done."""
    healthy_reference(cluster)
    with connect(ConnectionFlags(kubeconfig=str(cluster.kubeconfig))) as gateway:
        rollout.restart(gateway, DNS, settle=1)  # and killed here; the rollout ends by itself
        assert rollout.wait(gateway, DNS, deadline=60).ok
    template = cluster.existing("Deployment", "coredns", "kube-system")["spec"]["template"]

    for dry_run, said in (("client", "client dry run"), ("server", "minReadySeconds would be put back")):
        shown = ddfargate("restart", f"--dry-run={dry_run}", kubeconfig=cluster.kubeconfig)
        assert shown.code == 0, shown.out + shown.err
        assert said in shown.out
    unasked = ddfargate("restart", kubeconfig=cluster.kubeconfig)
    assert unasked.code == 2
    assert "to be put back, which a restart that was killed left raised:\n  deployment/coredns" in unasked.out
    assert is_patched(cluster)

    run = ddfargate("restart", "--yes", kubeconfig=cluster.kubeconfig)

    assert run.code == 0, run.out + run.err
    assert "deployment/coredns -n kube-system: minReadySeconds put back" in run.out
    after = cluster.existing("Deployment", "coredns", "kube-system")
    assert not is_patched(cluster)
    assert "minReadySeconds" not in after["spec"]
    assert after["spec"]["template"] == template
    assert "minReadySeconds" not in ddfargate("restart", "--yes", kubeconfig=cluster.kubeconfig).out


def test_a_bad_agent_of_a_killed_run(cluster: Cluster) -> None:
    """Its rollout hangs at the first pod: the next install takes it over, and brings the workload back."""
    bare(cluster)
    bad = ("--agent-image", "datadog/agent:7-unready", *TARGET)
    annotations = {"testcluster/fate.datadog-agent": "unready"}
    cluster.patch(
        "Deployment", "coredns", "kube-system", {"spec": {"template": {"metadata": {"annotations": annotations}}}}
    )
    cluster.wait_rolled_out("coredns", "kube-system")

    with ReadyPods(cluster) as seen:
        _killed_when(cluster, has_a_new_pod, *bad)
        words = ("install", "--restart", "--yes", "--settle", "1s", "--timeout", "5s", *bad)
        run = ddfargate(*words, kubeconfig=cluster.kubeconfig, timeout=240)

    assert run.code == 1, run.out + run.err
    assert "taken out of the policy" in run.out
    assert seen.least >= 1
    after = cluster.wait_rolled_out("coredns", "kube-system")
    assert "minReadySeconds" not in after["spec"]
    assert not is_patched(cluster)
    assert not restarted(cluster, "coredns", "kube-system")
    assert agent_images(cluster, "coredns", "kube-system") == []


def _killed_when(cluster: Cluster, moment: Callable[[Cluster], bool], *words: str) -> None:
    """Start `install --restart` and kill it at this moment of its rollout of CoreDNS."""
    process = subprocess.Popen(
        [sys.executable, "-m", "kubectl_ddfargate", "install", "--restart", "--yes", *LONG, *(words or TARGET)],
        env={**os.environ, "KUBECONFIG": str(cluster.kubeconfig), "HOME": "/nonexistent"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        wait_for(lambda: moment(cluster) or process.poll() is not None, what="the moment to kill it", deadline=120)
        ended = process.poll() is not None
    finally:
        process.send_signal(signal.SIGKILL)
        said = process.communicate()[0].decode()
    assert not ended, said
