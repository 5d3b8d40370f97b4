"""A CronJob that was named as a target: its next run has an agent that ends with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cluster.api import Manifest
from tests.cluster.cluster import Cluster
from tests.cluster.fargate.fates import ANNOTATION
from tests.doctor.running import Run, ddfargate
from tests.install.reference import bare, install, uninstall
from tests.install.state import writes

OTHERS = (
    "kube-system/deployment/coredns",
    "kube-system/deployment/metrics-server",
    "karpenter/deployment/karpenter",
    "shop/deployment/web",
)
FATE = ANNOTATION + "sum"


@pytest.fixture
def targets() -> list[str]:
    return [word for one in (*OTHERS, "shop/cronjob/sum") for word in ("--target", one)]


def test_native(cluster: Cluster, tmp_path: Path, targets: list[str]) -> None:
    _there_and_back(cluster, tmp_path, targets)


@pytest.mark.usefixtures("kyverno")
def test_kyverno(cluster: Cluster, tmp_path: Path, targets: list[str]) -> None:
    _there_and_back(cluster, tmp_path, [*targets, "--injector", "kyverno"])


def _there_and_back(cluster: Cluster, tmp_path: Path, words: list[str]) -> None:
    bare(cluster)
    # A run that hangs: it is older than the policy, and no rollout can cure it.
    cluster.workload("sum", "shop", kind="CronJob", service_account="sum", annotations={FATE: "pull"})
    _run(cluster, "before")
    assert _agents(_pod(cluster, "before")) == []
    spec = {"jobTemplate": {"spec": {"template": {"metadata": {"annotations": {FATE: None}}}}}}
    cluster.patch("CronJob", "sum", "shop", {"spec": spec})

    run = install(cluster, *words, "--restart")
    assert run.code == 0, run.out + run.err
    assert "cronjob/sum -n shop" in run.out
    left = ddfargate("restart", "--yes", kubeconfig=cluster.kubeconfig)
    assert _left_to_you(left), left.out + left.err
    cluster.delete("Job", "before", "shop")
    cluster.wait_for(lambda: not _pods(cluster, "before"), what="the hanging run is gone")

    _run(cluster, "after")
    (agent,) = _agents(_pod(cluster, "after"))
    env = {one["name"]: one.get("value") for one in agent["env"]}
    assert env["DD_AUTO_EXIT_NOPROCESS_ENABLED"] == "true"
    cluster.wait_rolled_out("after", "shop", kind="Job")
    doctor = ddfargate("doctor", kubeconfig=cluster.kubeconfig)
    assert doctor.code == 0, doctor.out

    trace = tmp_path / "trace"
    again = install(cluster, *words, "--trace-requests", str(trace))
    assert again.code == 0, again.out + again.err
    assert writes(trace) == []
    assert ddfargate("diff", *words, kubeconfig=cluster.kubeconfig).code == 0
    gone = uninstall(cluster, "--restart")
    assert gone.code == 0, gone.out + gone.err
    _run(cluster, "later")
    assert _agents(_pod(cluster, "later")) == []


def _run(cluster: Cluster, name: str) -> None:
    """A run by hand, as the CronJob controller would make it; its pod comes from the real Job controller."""
    cluster.kubectl("create", "job", name, "--from=cronjob/sum", "-n", "shop", check=True)


def _pods(cluster: Cluster, job: str) -> list[Manifest]:
    return cluster.items("Pod", "shop", labelSelector=f"batch.kubernetes.io/job-name={job}")


def _pod(cluster: Cluster, job: str) -> Manifest:
    cluster.wait_for(lambda: _pods(cluster, job), what=f"the pod of Job {job}")
    (pod,) = _pods(cluster, job)
    return pod


def _agents(pod: Manifest) -> list[Manifest]:
    return [one for one in pod["spec"]["containers"] if one["name"] == "datadog-agent"]


def _left_to_you(run: Run) -> bool:
    _, found, rest = (run.out + run.err).partition("left to you")
    return bool(found) and "cronjob/sum -n shop" in run.out + run.err and "its next run is made as of today" in rest
