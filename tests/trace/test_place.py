"""`doctor TYPE/NAME` without -n: the current namespace, else the only one that has it on Fargate."""

from __future__ import annotations

from pathlib import Path

import pytest

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


def test_a_saved_snapshot_knows_no_current_namespace() -> None:
    run = ddfargate("doctor", "--example", "deployment/coredns")

    assert run.out.startswith("deployment/coredns -n kube-system ")
    assert "deployment/coredns is taken from namespace kube-system" in run.err
