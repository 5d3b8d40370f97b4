"""What `install` does about pods that are older than its policy."""

from __future__ import annotations

import pytest

from kubectl_ddfargate.commands.not_known import tell_not_known
from kubectl_ddfargate.errors import ExitCode
from kubectl_ddfargate.facts.fargate import fargate_workloads
from tests.cluster.cluster import Cluster
from tests.cluster.users import rule
from tests.install.reference import bare, install
from tests.restart.injecting import agent_images
from tests.restart.test_outdated import APP, index, pod

DNS = ("--target", "kube-system/deployment/coredns")


@pytest.mark.parametrize("no_wait", ["--no-wait", "--wait=false"])
def test_no_rollout_begins_before_the_proof(no_wait: str, cluster: Cluster) -> None:
    """As with Helm's --atomic: whoever wants more than the writing waits for it."""
    bare(cluster)

    run = install(cluster, "--restart", no_wait, *DNS)

    assert run.code == 0, run.out + run.err
    assert "--restart waits for the proof" in run.err
    assert "gets one agent, with the right URL" in run.out
    assert run.out.index("proved by dry-run") < run.out.index("coredns -n kube-system restarted")
    assert len(agent_images(cluster, "coredns", "kube-system")) == 2


def test_what_could_not_be_judged_is_told(cluster: Cluster) -> None:
    """The right to create pods was there when it was installed, and is not any more."""
    bare(cluster)
    assert install(cluster, *DNS).code == 0
    whole = [
        rule("get list create patch update", "services secrets configmaps namespaces serviceaccounts events nodes"),
        rule("*", "*", "apps"),
        rule("*", "*", "admissionregistration.k8s.io"),
        rule("*", "*", "rbac.authorization.k8s.io"),
        rule("*", "*", "networking.k8s.io"),
        rule("*", "*", "discovery.k8s.io"),
        rule("*", "*", "datadoghq.com"),
    ]
    user = cluster.user("no-dry-runs", rules=[*whole, rule("get list", "pods")])

    run = install(cluster, "--no-wait", *DNS, kubeconfig=user)

    assert run.code == 3, run.out + run.err
    assert "nothing to change" in run.out
    assert "? deployment/coredns -n kube-system: you lack create pods -n kube-system" in run.out


def test_each_that_is_not_known_is_told() -> None:
    unknown = index([pod("a", APP, kind="none")])
    known = index([pod("a", APP)], APP)
    said: list[str] = []

    assert tell_not_known(known, fargate_workloads(known), said.append) is ExitCode.GOOD
    assert said == []
    assert tell_not_known(unknown, fargate_workloads(unknown), said.append) is ExitCode.PARTIAL
    assert said[0] == "not known whether they are older:"
    assert said[1].startswith("  ? pod/a -n shop: ")
