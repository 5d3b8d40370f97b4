"""Whatever fails on the way back: the template is set back, and the user is told."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kubectl_ddfargate.cluster import connect, rollout
from kubectl_ddfargate.cluster.gateway import Gateway
from kubectl_ddfargate.cluster.rollout_records import FORMER_SETTLE
from kubectl_ddfargate.commands.outdated_workloads import Scope, find_outdated
from kubectl_ddfargate.commands.raised import Raised, find_raised
from kubectl_ddfargate.commands.restart import restart_workloads
from kubectl_ddfargate.errors import ApiError, DdfargateError, UnreachableError
from kubectl_ddfargate.facts.workloads import WorkloadRef
from kubectl_ddfargate.model.connection import ConnectionFlags
from tests.cluster.cluster import Cluster
from tests.cluster.reference import healthy_reference
from tests.restart.injecting import agent_images, inject, restarted, stop_injecting

DNS = WorkloadRef("kube-system", "Deployment", "coredns", "apps/v1")


@pytest.fixture
def gateway(cluster: Cluster) -> Iterator[Gateway]:
    with connect(ConnectionFlags(kubeconfig=str(cluster.kubeconfig))) as opened:
        yield opened


@pytest.mark.parametrize("error", [ApiError("no such right", status=403), UnreachableError("no answer")])
def test_the_template_is_set_back_though_the_policy_stays(
    cluster: Cluster, gateway: Gateway, error: DdfargateError
) -> None:
    healthy_reference(cluster, injector=None)
    inject(cluster, {"app": "web"}, image="datadog/agent:crash")
    found = find_outdated(gateway, Scope(targets=("shop/deployment/web",)))
    said: list[str] = []

    def refused(ref: WorkloadRef) -> None:
        # the policy goes all the same, so that nothing is waited for
        cluster.delete("MutatingAdmissionPolicyBinding", "datadog-sidecar")
        raise error

    result = restart_workloads(gateway, found.outdated, deadline_each=30, tell=said.append, on_failure=refused)

    assert result.stopped is not None
    assert result.stopped.undone, said
    assert any("could not be changed: " + error.message in line for line in said)
    assert not restarted(cluster, "web", "shop")
    assert agent_images(cluster, "web", "shop") == []


def test_a_killed_restart_leaves_what_is_put_back(cluster: Cluster, gateway: Gateway) -> None:
    healthy_reference(cluster, injector=None)
    before = cluster.existing("Deployment", "coredns", "kube-system")
    assert find_raised(gateway, [DNS]) == ()

    rollout.restart(gateway, DNS, settle=2)  # and killed here
    killed = cluster.existing("Deployment", "coredns", "kube-system")
    assert killed["spec"]["minReadySeconds"] == 2
    assert killed["metadata"]["annotations"][FORMER_SETTLE] == "null"
    again = rollout.restart(gateway, DNS, settle=1)
    assert again.former_settle is None
    assert rollout.wait(gateway, DNS, deadline=30, restarted=again).ok

    assert find_raised(gateway, [DNS]) == (Raised(DNS),)
    assert rollout.put_back_leftover(gateway, DNS)
    assert not rollout.put_back_leftover(gateway, DNS)
    after = cluster.existing("Deployment", "coredns", "kube-system")
    assert "minReadySeconds" not in after["spec"]
    assert set(after["metadata"]["annotations"]) == set(before["metadata"]["annotations"])


def test_a_former_value_is_put_back(cluster: Cluster, gateway: Gateway) -> None:
    healthy_reference(cluster, injector=None)
    cluster.patch("Deployment", "coredns", "kube-system", {"spec": {"minReadySeconds": 1}})
    cluster.wait_rolled_out("coredns", "kube-system")

    rollout.restart(gateway, DNS, settle=3)
    rollout.undo(gateway, rollout.restart(gateway, DNS, settle=2))

    after = cluster.existing("Deployment", "coredns", "kube-system")
    assert after["spec"]["minReadySeconds"] == 1
    assert FORMER_SETTLE not in after["metadata"]["annotations"]


def test_a_progress_deadline_that_passed_before_is_no_verdict_on_the_way_back(
    cluster: Cluster, gateway: Gateway
) -> None:
    """Its condition stands until the counts move, though the controller has seen the change."""
    cluster.workload("web", "shop")
    cluster.patch(
        "Deployment",
        "web",
        "shop",
        {
            "spec": {
                "progressDeadlineSeconds": 2,
                "template": {"metadata": {"annotations": {"testcluster/fate.datadog-agent": "unready"}}},
            }
        },
    )
    cluster.wait_rolled_out("web", "shop")
    cluster.secret("datadog-secret", "shop", {"api-key": "", "token": ""})
    inject(cluster, {"app": "web"})
    found = find_outdated(gateway, Scope(targets=("shop/deployment/web",)))
    said: list[str] = []

    result = restart_workloads(
        gateway,
        found.outdated,
        deadline_each=60,
        tell=said.append,
        on_failure=lambda ref: stop_injecting(cluster, {"app": "web"}),
    )

    assert result.stopped is not None
    assert "exceeded its progress deadline" in result.stopped.message
    assert result.stopped.undone, said
    assert "deployment/web -n shop runs again as before" in said
