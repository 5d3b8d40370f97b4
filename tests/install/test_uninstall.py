"""`uninstall` in parts: what a run left is found and taken by the next; what others need stays."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from kubectl_ddfargate.commands.still_needed import addresses_of, host_address
from tests.cluster.cluster import Cluster
from tests.cluster.reference import TARGETS, healthy_reference
from tests.install.reference import bare, install, uninstall
from tests.restart.injecting import agent_images, inject, restarted, stop_injecting


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://172.20.0.53:5005", "172.20.0.53"),
        ("172.20.0.53:5005", "172.20.0.53"),
        ("https://[fd00:ec2::0053]:5005", "fd00:ec2::53"),
        ("[fd00:ec2::53]:5005", "fd00:ec2::53"),
    ],
)
def test_the_address_of_a_url(url: str, host: str) -> None:
    assert host_address(url) == ip_address(host)


@pytest.mark.parametrize("url", ["", "https://datadog-cluster-agent.datadog.svc:5005", "https://[fd00", "https://"])
def test_a_url_without_an_address(url: str) -> None:
    assert host_address(url) is None


def test_an_address_that_another_begins_with() -> None:
    spec = {"clusterIP": "172.20.0.5", "clusterIPs": ["172.20.0.5", "fd00:ec2::5"]}

    assert addresses_of(spec) == {ip_address("172.20.0.5"), ip_address("fd00:ec2::5")}
    assert host_address("https://172.20.0.53:5005") not in addresses_of(spec)
    assert addresses_of({"clusterIP": "None"}) == set()


def test_the_agents_that_are_left_when_nothing_else_is(cluster: Cluster) -> None:
    healthy_reference(cluster)
    stop_injecting(cluster)

    told = uninstall(cluster)
    assert told.code == 0, told.out + told.err
    assert "still has our agent: deployment/coredns -n kube-system" in told.out
    assert "next: kubectl ddfargate uninstall --context " in told.out
    assert not any(restarted(cluster, one.name, one.namespace) for one in TARGETS)

    run = uninstall(cluster, "--restart")
    assert run.code == 0, run.out + run.err
    assert "restart deployment/coredns -n kube-system" in run.out
    assert all(agent_images(cluster, one.name, one.namespace) == [] for one in TARGETS)
    assert uninstall(cluster, "--restart").out.splitlines()[-1] == "nothing of ours is here"


def test_in_two_steps_and_nothing_else_is_rolled(cluster: Cluster) -> None:
    bare(cluster)
    run = install(cluster, "--restart")
    assert run.code == 0, run.out + run.err
    first = uninstall(cluster)
    assert first.code == 0, first.out + first.err
    assert "service/datadog-cluster-agent-fixed -n datadog kept" in first.out
    # a workload that somebody else's policy would give an agent is outdated, and no business of an uninstall
    cluster.workload("else", "shop", labels={"app": "else"})
    inject(cluster, {"app": "else"})

    second = uninstall(cluster, "--restart")
    assert second.code == 0, second.out + second.err
    assert cluster.get("Service", "datadog-cluster-agent-fixed", "datadog") is None
    assert all(agent_images(cluster, one.name, one.namespace) == [] for one in TARGETS)
    assert not restarted(cluster, "else", "shop")


def test_a_delete_that_is_refused_can_be_continued(cluster: Cluster) -> None:
    bare(cluster)
    run = install(cluster)
    assert run.code == 0, run.out + run.err
    cluster.apply(_REFUSAL)
    service = "datadog-cluster-agent-fixed"

    def refuses() -> bool:
        done = cluster.kubectl("delete", "service", service, "-n", "datadog", "--dry-run=server")
        return done.returncode != 0

    cluster.wait_for(refuses, what="a delete is refused")

    refused = uninstall(cluster)
    assert refused.code == 1, refused.out + refused.err
    assert "not today" in refused.err
    assert "run the same command again" in refused.err

    cluster.delete("ValidatingAdmissionPolicyBinding", "keep-services")
    cluster.wait_for(lambda: not refuses(), what="a delete is taken")
    again = uninstall(cluster)
    assert again.code == 0, again.out + again.err
    assert cluster.get("Service", service, "datadog") is None


_REFUSAL = """
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: keep-services}
spec:
  failurePolicy: Fail
  matchConstraints:
    resourceRules:
    - {apiGroups: [""], apiVersions: [v1], operations: [DELETE], resources: [services]}
  validations:
  - {expression: "false", message: not today}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: keep-services}
spec: {policyName: keep-services, validationActions: [Deny]}
"""
