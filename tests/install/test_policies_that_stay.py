"""Policies that must not go: a deployer brings them back, or a label alone makes them look like ours."""

from __future__ import annotations

from pathlib import Path

from tests.cluster.agent import agent
from tests.cluster.cluster import Cluster
from tests.cluster.kyverno import Kyverno
from tests.cluster.reference import COMMON_LABEL
from tests.cluster.story import story
from tests.install.reference import bare, install
from tests.install.refused import refused

OURS = "ddfargate-agent-sidecar"
POLICY, BINDING = "MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding"


def test_what_argocd_would_bring_back_is_not_fought(cluster: Cluster, kyverno: Kyverno, tmp_path: Path) -> None:
    story(cluster, stage=2, kyverno=kyverno)
    mark = {"metadata": {"labels": {"argocd.argoproj.io/instance": "policies"}}}
    cluster.patch("ClusterPolicy", "add-datadog-sidecar", "", mark, form="merge")

    told = refused(cluster, "--replace-existing", tmp_path=tmp_path)

    assert "ClusterPolicy/add-datadog-sidecar injects an agent into" in told
    assert "belongs to argocd, which would bring it back" in told
    assert "take it out of its source, then run this again" in told
    assert "delete clusterpolicy" not in told


def test_our_label_alone_makes_nothing_ours(cluster: Cluster, kyverno: Kyverno, tmp_path: Path) -> None:
    """`render` gave it to a GitOps tool: it is kept nowhere, and comes back."""
    bare(cluster)
    assert install(cluster, "--injector", "admission-policy").code == 0
    live = cluster.existing(POLICY, OURS)
    cluster.delete(BINDING, OURS)
    cluster.delete(POLICY, OURS)
    metadata = {"name": OURS, "labels": {**live["metadata"]["labels"], "argocd.argoproj.io/instance": "x"}}
    manifest = {key: live[key] for key in ("apiVersion", "kind", "spec")}
    cluster.apply({**manifest, "metadata": metadata}, manager="argocd-controller")

    told = refused(cluster, "--injector", "kyverno", tmp_path=tmp_path)

    assert f"{POLICY}/{OURS} carries our label, but belongs to argocd, which would bring it back" in told


def test_our_binding_goes_with_our_policy(cluster: Cluster, kyverno: Kyverno, tmp_path: Path) -> None:
    bare(cluster)
    assert install(cluster, "--injector", "admission-policy").code == 0

    run = install(cluster, "--injector", "kyverno", folder=tmp_path)

    assert run.code == 0, run.out + run.err
    assert f"{BINDING.lower()}/{OURS} deleted" in run.out
    assert cluster.get(POLICY, OURS) is None
    assert cluster.get(BINDING, OURS) is None


def test_no_command_deletes_a_webhook(cluster: Cluster, tmp_path: Path) -> None:
    bare(cluster)
    cluster.stand_in_webhook("somebodys", container=agent(), label_sets=[COMMON_LABEL])

    told = refused(cluster, "--replace-existing", tmp_path=tmp_path)

    assert "MutatingWebhookConfiguration/somebodys adds the container datadog-agent to deployment/coredns" in told
    assert "have its owner leave these pods alone" in told
    assert "kubectl" not in told.replace("kubectl ddfargate", "").replace("kubectl-ddfargate", "")
