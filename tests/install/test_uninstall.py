"""`uninstall` in parts: what a run left is found and taken by the next; what others need stays."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path

import pytest

from kubectl_ddfargate.commands.still_needed import addresses_of, host_address
from tests.cluster.agent import DNS_URL, agent
from tests.cluster.cluster import Cluster
from tests.cluster.reference import TARGETS, healthy_reference
from tests.cluster.users import rule
from tests.doctor.running import ddfargate
from tests.install.reference import bare, install, uninstall
from tests.install.state import state, writes
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


def test_the_agents_of_another_hand_are_not_called_ours(cluster: Cluster) -> None:
    healthy_reference(cluster, sidecar=agent(url=DNS_URL))
    stop_injecting(cluster)

    told = uninstall(cluster, "--restart")

    assert told.code == 0, told.out + told.err
    assert told.out.splitlines()[-1] == "nothing of ours is here"
    assert not any(restarted(cluster, one.name, one.namespace) for one in TARGETS)


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


def test_a_service_that_was_applied_by_hand_is_used_and_stays(cluster: Cluster, tmp_path: Path) -> None:
    """As doctor prints it for DDF101, with our label: nobody may take it for ours, and nobody may miss it."""
    bare(cluster)
    rendered = ddfargate("render", "--discover", kubeconfig=cluster.kubeconfig)
    service = next(one for one in rendered.out.split("---\n") if "\nkind: Service\n" in f"\n{one}")
    (tmp_path / "service.yaml").write_text(service, encoding="utf-8")
    done = cluster.kubectl("apply", "-f", str(tmp_path / "service.yaml"))
    assert done.returncode == 0, done.stderr
    name = "service/datadog-cluster-agent-fixed -n datadog"
    by_hand = cluster.get("Service", "datadog-cluster-agent-fixed", "datadog")

    run = install(cluster, "--restart")
    assert run.code == 0, run.out + run.err
    assert f"same    {name}" in run.out
    assert "applied by kubectl-client-side-apply, used as it is, and left there by uninstall" in run.out
    gone = uninstall(cluster, "--restart")
    assert gone.code == 0, gone.out + gone.err
    assert f"{name} has our label, but kubectl-client-side-apply applied it: it stays" in gone.out
    assert cluster.get("Service", "datadog-cluster-agent-fixed", "datadog") == by_hand
    (command,) = [line.strip() for line in gone.out.splitlines() if " delete service/datadog-cluster" in line]
    assert cluster.kubectl(*command.split()[1:]).returncode == 0
    assert "has our label" not in uninstall(cluster).out


def test_in_two_steps_and_nothing_else_is_rolled(cluster: Cluster) -> None:
    bare(cluster)
    run = install(cluster, "--restart")
    assert run.code == 0, run.out + run.err
    first = uninstall(cluster)
    assert first.code == 0, first.out + first.err
    assert "service/datadog-cluster-agent-fixed -n datadog kept" in first.out
    # a workload that somebody else's policy would give an agent is outdated, and no business of an uninstall
    cluster.workload("else", "shop", labels={"app": "else"})
    # (had it our address, its next pod would need our Service, which would then stay)
    inject(cluster, {"app": "else"}, DD_CLUSTER_AGENT_URL="https://172.20.0.99:5005")

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

    before = state(cluster)
    asked = uninstall(cluster, "--dry-run", "server")
    assert asked.code == 1, asked.out + asked.err
    assert f"the server refuses to delete service/{service} -n datadog" in asked.out
    assert "not today" in asked.out
    assert uninstall(cluster, "--dry-run", "client").code == 0
    assert state(cluster) == before

    refused = uninstall(cluster)
    assert refused.code == 1, refused.out + refused.err
    assert "not today" in refused.err
    assert "run the same command again" in refused.err

    cluster.delete("ValidatingAdmissionPolicyBinding", "keep-services")
    cluster.wait_for(lambda: not refuses(), what="a delete is taken")
    again = uninstall(cluster)
    assert again.code == 0, again.out + again.err
    assert cluster.get("Service", service, "datadog") is None


def test_who_may_not_look_is_told_so_and_nothing_goes(cluster: Cluster, tmp_path: Path) -> None:
    bare(cluster)
    run = install(cluster)
    assert run.code == 0, run.out + run.err
    rights = [rule("*", kinds, group) for kinds, group in _ALL_BUT_SECRETS]
    blind = cluster.user("blind", rules=[*rights, rule("create patch delete", "secrets")])
    nobody = cluster.user("nobody", rules=[rule("get", "configmaps")])
    before = state(cluster)

    for user, words in ((blind, "you may not list secrets"), (nobody, "pods")):
        trace = tmp_path / user.stem
        told = ddfargate("uninstall", "--yes", "--trace-requests", str(trace), kubeconfig=user)
        assert told.code == 1, told.out + told.err
        assert words in told.out + told.err
        assert writes(trace) == []
    assert state(cluster) == before


_ALL_BUT_SECRETS = (
    ("pods services configmaps serviceaccounts namespaces endpoints nodes events", ""),
    *(("*", group) for group in ("apps", "batch", "networking.k8s.io", "discovery.k8s.io")),
    *(("*", group) for group in ("admissionregistration.k8s.io", "rbac.authorization.k8s.io")),
)
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
