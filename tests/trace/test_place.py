"""`doctor TYPE/NAME` without -n: the current namespace, else the only one that has it on Fargate."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from kubectl_ddfargate.commands.tracing.place import placed_in
from kubectl_ddfargate.errors import UsageError
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.model.fargate_marks import PROFILE_LABEL
from kubectl_ddfargate.model.kinds import PODS
from kubectl_ddfargate.model.kube.pods import Pod
from kubectl_ddfargate.model.snapshot import Snapshot
from tests.checks.curing import paste
from tests.cluster.cluster import Cluster
from tests.cluster.reference import healthy_reference
from tests.cluster.users import rule
from tests.doctor.running import ddfargate


@pytest.fixture(scope="module")
def reference(running_cluster: Cluster) -> Cluster:
    running_cluster.reset()
    healthy_reference(running_cluster)
    for namespace in ("east", "west"):
        running_cluster.workload("twin", namespace)
    return running_cluster


def test_the_only_one_is_taken_and_its_namespace_told(reference: Cluster) -> None:
    run = ddfargate("doctor", "deployment/coredns", kubeconfig=reference.kubeconfig)

    assert run.code == 0, run.out + run.err
    assert run.out.startswith("deployment/coredns -n kube-system · 2 pods on Fargate")
    assert "deployment/coredns is taken from namespace kube-system" in run.err


def test_the_current_namespace_comes_first(reference: Cluster, tmp_path: Path) -> None:
    kubeconfig = tmp_path / "kubeconfig"
    kubeconfig.write_bytes(reference.kubeconfig.read_bytes())
    paste(f"kubectl --kubeconfig {kubeconfig} config set-context --current --namespace west", reference)

    run = ddfargate("doctor", "deploy/twin", kubeconfig=kubeconfig)

    assert run.out.startswith("deployment/twin -n west "), run.err
    assert "namespace" not in run.err


def test_of_several_one_must_be_chosen_by_a_command_that_works(reference: Cluster) -> None:
    words = ("doctor", "deployment/twin", "--context", "ddfargate-test")

    run = ddfargate(*words, kubeconfig=reference.kubeconfig)

    assert (run.code, run.out) == (2, "")
    assert "deployment/twin runs on Fargate in 2 namespaces: east, west" in run.err
    commands = [line.strip() for line in run.err.splitlines() if line.startswith("    kubectl ")]
    assert [command[-7:] for command in commands] == ["-n east", "-n west"]
    assert paste(f"{commands[0]} --fail-on never --allow-unknown", reference).startswith("deployment/twin -n east ")


def test_what_is_nowhere_is_told_with_what_may_be_meant(reference: Cluster) -> None:
    run = ddfargate("doctor", "deployment/corends", kubeconfig=reference.kubeconfig)

    assert (run.code, run.out) == (2, "")
    assert "deployment/corends has no pods on Fargate in any namespace; did you mean deployment/coredns?" in run.err


def test_who_may_look_nowhere_else_is_asked_for_the_namespace(reference: Cluster) -> None:
    viewer = reference.user("west-alone", rules=[rule("get list", "pods")], namespace="west")

    run = ddfargate("doctor", "deployment/coredns", kubeconfig=viewer)

    assert (run.code, run.out) == (2, "")
    assert "in which namespace is deployment/coredns?" in run.err
    assert "next: say it: deployment/coredns -n NAMESPACE" in run.err


def test_a_refused_look_at_the_current_namespace_is_not_taken_for_its_absence(reference: Cluster) -> None:
    viewer = reference.user("pods-alone", rules=[rule("get list", "pods")])

    run = ddfargate("doctor", "deployment/coredns", kubeconfig=viewer)

    assert run.out.startswith("deployment/coredns -n kube-system "), run.err
    told = " ".join(run.err.split())
    assert "is taken from namespace kube-system, the only one that has it on Fargate; whether it is in" in told
    assert "whether it is in default could not be told (" in told


def test_who_may_look_nowhere_is_not_told_that_it_is_not_there(reference: Cluster) -> None:
    viewer = reference.user("nobody", rules=[rule("get list", "services")])

    run = ddfargate("doctor", "deployment/coredns", kubeconfig=viewer)

    assert (run.code, run.out) == (2, "")
    assert "whether it is in default could not be told (" in run.err
    assert "not in default" not in run.err


def test_the_current_namespace_comes_first_also_where_only_its_pods_may_be_read(
    reference: Cluster, tmp_path: Path
) -> None:
    viewer = reference.user("pods-of-all", rules=[rule("get list", "pods")])
    kubeconfig = tmp_path / "kubeconfig"
    kubeconfig.write_bytes(viewer.read_bytes())
    paste(f"kubectl --kubeconfig {kubeconfig} config set-context --current --namespace west", reference)

    run = ddfargate("doctor", "deploy/twin", kubeconfig=kubeconfig)

    assert run.out.startswith("deployment/twin -n west "), run.err


def test_a_pod_of_a_saved_snapshot_is_found_only_on_fargate() -> None:
    def pod(namespace: str, **labels: str) -> Any:
        return msgspec.convert({"metadata": {"name": "web-0", "namespace": namespace, "labels": labels}}, Pod)

    elsewhere, there = pod("east"), pod("west", **{PROFILE_LABEL: "system"})
    told: list[str] = []

    def placed(*pods: Any) -> str:
        return placed_in(Index(Snapshot(objects={PODS.key: list(pods)})), "pod/web-0", told.append).namespace

    assert placed(elsewhere, there) == "west"
    assert told == ["pod/web-0 is taken from namespace west, the only one that has it on Fargate"]
    with pytest.raises(UsageError, match="has no pods on Fargate in any namespace"):
        placed(elsewhere)


def test_a_saved_snapshot_knows_no_current_namespace() -> None:
    run = ddfargate("doctor", "--example", "deployment/coredns")

    assert run.out.startswith("deployment/coredns -n kube-system ")
    assert "deployment/coredns is taken from namespace kube-system" in run.err
