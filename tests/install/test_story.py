"""From each stage of the story to a good report, with each injector, on the real engine; and back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cluster.cluster import Cluster
from tests.cluster.kyverno import Kyverno
from tests.cluster.story import Stage, story
from tests.doctor.running import ddfargate
from tests.install.reference import NAMESPACES, install, uninstall
from tests.install.state import KINDS, KYVERNO_KINDS, pods, state, writes

CHOICES = {
    "admission-policy": ("--injector", "admission-policy"),
    "MutatingPolicy": ("--injector", "kyverno", "--kyverno-kind", "MutatingPolicy"),
    "ClusterPolicy": ("--injector", "kyverno", "--kyverno-kind", "ClusterPolicy"),
}


@pytest.mark.parametrize("choice", list(CHOICES))
@pytest.mark.parametrize("stage", [1, 2, 3])
def test_every_stage_is_cured(
    cluster: Cluster, kyverno: Kyverno, tmp_path: Path, stage: Stage, choice: str
) -> None:
    story(cluster, stage=stage, kyverno=kyverno, covers=("coredns", "karpenter"))
    assert ddfargate("doctor", kubeconfig=cluster.kubeconfig).code == 1

    refused = install(cluster, *CHOICES[choice], folder=tmp_path)
    assert refused.code == 1, refused.out + refused.err
    assert "--replace-existing" in refused.out
    assert cluster.get("ClusterPolicy", "add-datadog-sidecar") is not None

    run = install(cluster, "--replace-existing", "--restart", *CHOICES[choice], folder=tmp_path)
    assert run.code == 0, run.out + run.err
    assert cluster.get("ClusterPolicy", "add-datadog-sidecar") is None
    backup = tmp_path / "add-datadog-sidecar.backup.yaml"
    assert backup.stat().st_mode & 0o777 == 0o600

    doctor = ddfargate("doctor", kubeconfig=cluster.kubeconfig)
    assert doctor.code == 0, doctor.out
    trace = tmp_path / "trace"
    again = install(cluster, "--trace-requests", str(trace), *CHOICES[choice], folder=tmp_path)
    assert again.code == 0, again.out + again.err
    assert writes(trace) == []
    assert ddfargate("diff", *CHOICES[choice], kubeconfig=cluster.kubeconfig).code == 0


@pytest.mark.parametrize("choice", ["MutatingPolicy", "ClusterPolicy"])
def test_uninstall_leaves_nothing(cluster: Cluster, kyverno: Kyverno, tmp_path: Path, choice: str) -> None:
    story(cluster, stage=1, kyverno=kyverno)
    cluster.delete("ClusterPolicy", "add-datadog-sidecar")
    cluster.wait_for(lambda: not kyverno.webhooks(), what="the story's policy is idle")
    for name, namespace in (("coredns", "kube-system"),):
        cluster.rollout_restart(name, namespace)
    kinds = (*KINDS, *KYVERNO_KINDS)
    before, pods_before = state(cluster, kinds=kinds), pods(cluster, NAMESPACES)

    run = install(cluster, "--restart", *CHOICES[choice], folder=tmp_path)
    assert run.code == 0, run.out + run.err
    assert pods(cluster, NAMESPACES) != pods_before
    gone = uninstall(cluster, "--restart")
    assert gone.code == 0, gone.out + gone.err
    assert state(cluster, kinds=kinds) == before
    assert pods(cluster, NAMESPACES) == pods_before


def test_stock_kyverno_hides_kube_system(cluster: Cluster, kyverno: Kyverno, tmp_path: Path) -> None:
    story(cluster, stage=1, kyverno=kyverno)
    cluster.delete("ClusterPolicy", "add-datadog-sidecar")
    kyverno.configure_stock()
    before = state(cluster, kinds=("Service", "Secret", "ConfigMap"))

    told = install(cluster, "--injector", "kyverno", folder=tmp_path)
    assert told.code == 1, told.out + told.err
    for words in (
        "kube-system",
        "resourceFilters",
        "namespaceSelector",
        "--fix-kyverno-exclusions",
        "resourceFiltersExcludeNamespaces",
    ):
        assert words in told.out
    assert state(cluster, kinds=("Service", "Secret", "ConfigMap")) == before
    config = cluster.existing("ConfigMap", "kyverno", "kyverno")["data"]

    run = install(cluster, "--injector", "kyverno", "--fix-kyverno-exclusions", "--restart", folder=tmp_path)
    assert run.code == 0, run.out + run.err
    assert ddfargate("doctor", kubeconfig=cluster.kubeconfig).code == 0

    gone = uninstall(cluster, "--restart")
    assert gone.code == 0, gone.out + gone.err
    assert cluster.existing("ConfigMap", "kyverno", "kyverno")["data"] == config


def test_dns_comes_up_while_the_engine_is_down(cluster: Cluster, kyverno: Kyverno, tmp_path: Path) -> None:
    story(cluster, stage=1, kyverno=kyverno)
    cluster.delete("ClusterPolicy", "add-datadog-sidecar")
    run = install(cluster, "--injector", "kyverno", folder=tmp_path)
    assert run.code == 0, run.out + run.err

    kyverno.kill()
    cluster.rollout_restart("coredns", "kube-system")

    for pod in cluster.pods("coredns", "kube-system"):
        assert [one["name"] for one in pod["spec"]["containers"]] == ["coredns"]


def test_an_engine_that_does_not_answer(cluster: Cluster, kyverno: Kyverno, tmp_path: Path) -> None:
    story(cluster, stage=1, kyverno=kyverno)
    cluster.delete("ClusterPolicy", "add-datadog-sidecar")
    kyverno.kill()
    run = install(cluster, "--injector", "kyverno", folder=tmp_path)
    assert run.code == 1, run.out + run.err
    assert "Kyverno does not answer" in run.out
    assert cluster.get("MutatingPolicy", "ddfargate-agent-sidecar") is None

    kyverno.restart()
    again = install(cluster, "--injector", "kyverno", folder=tmp_path)
    assert again.code == 0, again.out + again.err
