"""A right that lacks is told before anything is written, whichever part of the run would need it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cluster.cluster import Cluster
from tests.cluster.kyverno import Kyverno
from tests.cluster.users import rule
from tests.doctor.running import ddfargate
from tests.install.reference import bare, install
from tests.install.refused import refused
from tests.install.restricted import installer


def test_a_right_that_is_lacking(cluster: Cluster, tmp_path: Path) -> None:
    bare(cluster)
    reads = ("", "apps", "batch", "networking.k8s.io", "discovery.k8s.io", "admissionregistration.k8s.io")
    groups = [rule("get list", "*", group) for group in (*reads, "rbac.authorization.k8s.io", "datadoghq.com")]
    reader = cluster.user("reader", rules=[*groups, rule("create", "pods")])
    told = refused(cluster, kubeconfig=reader, tmp_path=tmp_path)
    assert "you lack" in told
    assert "create services -n datadog" in told
    assert "mutatingadmissionpolicies.admissionregistration.k8s.io" in told
    assert "next: ask whoever runs the cluster for them (docs/rbac.md " in " ".join(told.split())


DB = ("--target", "shop/statefulset/db")


@pytest.mark.parametrize(
    ("without", "flags", "lacking"),
    [
        ("delete mutatingadmissionpolicies", (), "delete mutatingadmissionpolicies.admissionregistration.k8s.io"),
        (
            "delete mutatingadmissionpolicybindings",
            (),
            "delete mutatingadmissionpolicybindings.admissionregistration.k8s.io",
        ),
        ("patch deployments", ("--restart",), "patch deployments.apps -n kube-system"),
        ("patch statefulsets", ("--restart", *DB), "patch statefulsets.apps -n shop"),
        ("delete pods", ("--restart", *DB), "delete pods -n shop"),
    ],
)
def test_a_right_that_only_the_way_back_or_a_restart_needs(
    cluster: Cluster, tmp_path: Path, without: str, flags: tuple[str, ...], lacking: str
) -> None:
    bare(cluster)
    cluster.workload("db", "shop", kind="StatefulSet")
    user = installer(cluster, "installer", without=without)
    told = refused(cluster, "--injector", "admission-policy", *flags, kubeconfig=user, tmp_path=tmp_path)
    assert "you lack these rights: " in told
    assert lacking in " ".join(told.split())


def test_no_right_is_asked_for_that_is_not_needed(cluster: Cluster) -> None:
    bare(cluster)
    cluster.workload("db", "shop", kind="StatefulSet")
    flags = ("--injector", "admission-policy", "--restart", *DB)
    run = install(cluster, *flags, kubeconfig=installer(cluster, "installer"))
    assert run.code == 0, run.out + run.err
    assert "statefulset/db -n shop restarted" in run.out


def test_what_no_rollout_replaces_needs_no_right(cluster: Cluster) -> None:
    bare(cluster)
    recreate = {"spec": {"strategy": {"type": "Recreate", "rollingUpdate": None}}}
    cluster.patch("Deployment", "web", "shop", recreate)
    flags = ("--injector", "admission-policy", "--restart", "--target", "shop/deployment/web")
    run = install(cluster, *flags, kubeconfig=installer(cluster, "installer", without="patch deployments"))
    assert run.code == 0, run.out + run.err
    assert "left to you" in run.out


def test_a_restart_that_an_earlier_run_left(cluster: Cluster, tmp_path: Path) -> None:
    bare(cluster)
    flags = ("--injector", "admission-policy")
    assert install(cluster, *flags).code == 0
    user = installer(cluster, "installer", without="patch deployments")
    told = refused(cluster, *flags, "--restart", kubeconfig=user, tmp_path=tmp_path)
    assert "patch deployments.apps -n kube-system" in told


def test_a_right_to_put_back_our_own_policy_of_another_kind(
    cluster: Cluster, kyverno: Kyverno, tmp_path: Path
) -> None:
    bare(cluster)
    run = install(cluster, "--injector", "kyverno", "--kyverno-kind", "MutatingPolicy")
    assert run.code == 0, run.out + run.err
    user = installer(cluster, "installer", without="create mutatingpolicies")
    told = refused(cluster, "--injector", "admission-policy", kubeconfig=user, tmp_path=tmp_path)
    assert "you lack these rights: create mutatingpolicies.policies.kyverno.io" in " ".join(told.split())


def test_what_is_needed_for_the_plan_may_not_be_read(cluster: Cluster, tmp_path: Path) -> None:
    bare(cluster)
    user = installer(cluster, "installer", without="get deployments")
    told = refused(cluster, kubeconfig=user, tmp_path=tmp_path)
    assert 'cannot get resource "deployments"' in " ".join(told.split())
    diff = ddfargate("diff", kubeconfig=user)
    assert diff.code == 2, diff.out + diff.err


def test_the_proof_of_what_stands_already_is_refused(cluster: Cluster) -> None:
    bare(cluster)
    assert install(cluster, "--injector", "admission-policy").code == 0
    user = installer(cluster, "installer", without="get deployments")
    run = install(cluster, "--injector", "admission-policy", kubeconfig=user)
    assert run.code == 1, run.out + run.err
    assert 'cannot get resource "deployments"' in run.err


def test_nothing_may_be_read(cluster: Cluster, tmp_path: Path) -> None:
    bare(cluster)
    pods_alone = cluster.user("pods-alone", rules=[rule("get list", "pods")])
    told = refused(cluster, kubeconfig=pods_alone, tmp_path=tmp_path)
    assert "deployments.apps" in told
