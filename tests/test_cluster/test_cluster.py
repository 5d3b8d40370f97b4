"""The control plane itself: users, audit log, and the way back to an empty cluster."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cluster import playground
from tests.cluster.cluster import Cluster
from tests.cluster.processes import command_line
from tests.cluster.reference import healthy_reference
from tests.cluster.users import rule

FIRST_NAMESPACES = {"default", "kube-node-lease", "kube-public", "kube-system"}


def test_reset_leaves_nothing(cluster: Cluster) -> None:
    healthy_reference(cluster)
    finalizers = {"metadata": {"finalizers": ["example.com/never"]}}
    cluster.patch("DatadogAgent", "datadog", "datadog", finalizers)
    cluster.patch("Namespace", "kube-system", None, {"metadata": {"labels": {"a": "b"}, "annotations": {"c": "d"}}})

    cluster.reset()

    assert {one["metadata"]["name"] for one in cluster.items("Namespace")} == FIRST_NAMESPACES
    for kind in ("Pod", "Deployment", "Secret", "PodDisruptionBudget", "CustomResourceDefinition"):
        assert cluster.items(kind) == []
    for kind in ("MutatingWebhookConfiguration", "MutatingAdmissionPolicy"):
        assert cluster.items(kind) == []
    assert [one["metadata"]["name"] for one in cluster.items("Service")] == ["kubernetes"]
    kube_system = cluster.get("Namespace", "kube-system")
    assert kube_system is not None
    assert kube_system["metadata"]["labels"] == {"kubernetes.io/metadata.name": "kube-system"}
    assert "annotations" not in kube_system["metadata"]


def test_a_namespace_can_be_deleted_by_hand(cluster: Cluster) -> None:
    cluster.workload("web", "shop")
    answer = cluster.kubectl("delete", "namespace", "shop", "--timeout=15s")
    assert answer.returncode == 0, answer.stderr
    assert cluster.items("Pod") == []


def test_the_server_says_its_version(cluster: Cluster) -> None:
    assert cluster.api.request("GET", "/version")["gitVersion"] == "v1.36.3"


def test_a_user_may_what_the_test_says(cluster: Cluster) -> None:
    everywhere = cluster.user("viewer", rules=[rule("get list", "namespaces")])
    cluster.namespace("shop")
    in_shop = cluster.user("shopkeeper", rules=[rule("list", "pods")], namespace="shop")
    assert cluster.kubectl("get", "ns", kubeconfig=everywhere).returncode == 0
    assert "forbidden" in cluster.kubectl("get", "pods", kubeconfig=everywhere).stderr
    assert cluster.kubectl("get", "pods", "-n", "shop", kubeconfig=in_shop).returncode == 0
    assert "forbidden" in cluster.kubectl("get", "ns", kubeconfig=cluster.limited_kubeconfig).stderr


def test_the_audit_log_tells_who_asked_as_whom(cluster: Cluster) -> None:
    cluster.kubectl("get", "pods", "--as=jane", "--as-group=ops")
    (event,) = (one for one in cluster.audit("admin") if one.get("impersonatedUser"))
    assert event["impersonatedUser"]["username"] == "jane"
    assert event["verb"] == "list"


def test_secrets_are_not_in_the_audit_log(cluster: Cluster) -> None:
    cluster.secret("x", "default", {"a": "b"})
    assert all("requestObject" not in event for event in cluster.audit())


def test_the_playground_comes_and_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, control_plane: object
) -> None:
    """`control_plane` is asked for so that this skips where nothing can be built."""
    monkeypatch.setattr(playground, "folder", lambda: tmp_path / "playground")
    try:
        assert "export KUBECONFIG=" in playground.up()
        assert playground.running()
        assert "kube-apiserver" in playground.status()
    finally:
        assert "fargate" in playground.down()
    assert not playground.running()
    assert str(os.getpid()) not in playground.status()


def test_a_command_line_can_be_read() -> None:
    assert "python" in command_line(os.getpid())
