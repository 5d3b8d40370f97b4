"""A restart that does not come up stops there, and what still runs keeps running."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kubectl_ddfargate.cluster import connect
from kubectl_ddfargate.cluster.gateway import Gateway
from kubectl_ddfargate.commands.outdated_workloads import Scope, find_outdated
from kubectl_ddfargate.commands.restart import RestartResult, restart_workloads
from kubectl_ddfargate.facts.workloads import WorkloadRef
from kubectl_ddfargate.model.connection import ConnectionFlags
from tests.cluster.cluster import Cluster
from tests.cluster.reference import TARGETS, healthy_reference
from tests.doctor.running import ddfargate
from tests.restart.injecting import agent_images, inject, restarted, stop_injecting
from tests.restart.ready_pods import ReadyPods


@pytest.fixture
def gateway(cluster: Cluster) -> Iterator[Gateway]:
    with connect(ConnectionFlags(kubeconfig=str(cluster.kubeconfig))) as opened:
        yield opened


def roll(gateway: Gateway, *targets: str, said: list[str], **how: object) -> RestartResult:
    found = find_outdated(gateway, Scope(targets=targets))
    assert found.outdated
    return restart_workloads(gateway, found.outdated, deadline_each=30, tell=said.append, **how)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("image", "why"),
    [("datadog/agent:crash", "CrashLoopBackOff"), ("datadog/agent:does-not-exist", "ImagePullBackOff")],
)
def test_it_stops_at_the_first_that_does_not_come_up(image: str, why: str, cluster: Cluster) -> None:
    healthy_reference(cluster, injector=None)
    inject(cluster, image=image)

    run = ddfargate("restart", "--yes", "--timeout", "60s", kubeconfig=cluster.kubeconfig)

    assert run.code == 1, run.out + run.err
    assert f"container datadog-agent: {why}" in run.out
    assert "rollout undo deployment/karpenter -n karpenter" in run.out
    touched = [target.name for target in TARGETS if restarted(cluster, target.name, target.namespace)]
    assert touched == ["karpenter"]
    for target in TARGETS[:2]:
        assert f"deployment/{target.name} -n {target.namespace}: not restarted" in run.out


def test_a_secret_that_is_missing(cluster: Cluster) -> None:
    healthy_reference(cluster, injector=None)
    cluster.delete("Secret", "datadog-secret", "shop")
    inject(cluster)

    run = ddfargate("restart", "--yes", "--target", "shop/deployment/web", kubeconfig=cluster.kubeconfig)

    assert run.code == 1
    assert "CreateContainerConfigError" in run.out


@pytest.mark.parametrize("image", ["datadog/agent:crash", "datadog/agent:does-not-exist"])
def test_name_service_comes_back_without_the_agent(image: str, cluster: Cluster, gateway: Gateway) -> None:
    """Sampled all the time: at least one of its pods is Ready."""
    healthy_reference(cluster, injector=None)
    inject(cluster, image=image)
    said: list[str] = []
    failed: list[str] = []

    def take_out(ref: WorkloadRef) -> None:
        failed.append(ref.address)
        cluster.delete("MutatingAdmissionPolicyBinding", "datadog-sidecar")
        cluster.delete("MutatingAdmissionPolicy", "datadog-sidecar")

    before = cluster.existing("Deployment", "coredns", "kube-system")
    with ReadyPods(cluster) as seen:
        result = roll(gateway, "kube-system/deployment/coredns", said=said, on_failure=take_out)
    after = cluster.wait_rolled_out("coredns", "kube-system")

    assert failed == ["deployment/coredns -n kube-system"]
    assert result.stopped is not None
    assert result.stopped.undone, said
    assert not result.ok
    assert agent_images(cluster, "coredns", "kube-system") == []
    assert seen.least >= 1
    assert after["spec"] == before["spec"]


def test_a_stateful_set_comes_back(cluster: Cluster, gateway: Gateway) -> None:
    cluster.workload("db", "shop", kind="StatefulSet", replicas=2)
    inject(cluster, {"app": "db"}, image="datadog/agent:crash")
    said: list[str] = []

    result = roll(gateway, said=said, on_failure=lambda ref: stop_injecting(cluster, {"app": "db"}))

    assert result.stopped is not None
    assert result.stopped.undone, said
    assert agent_images(cluster, "db", "shop", kind="StatefulSet") == []


def test_an_agent_that_does_not_come_stops_it(cluster: Cluster, gateway: Gateway) -> None:
    """The dry-run says yes, and when the pods are made nothing injects any more."""
    healthy_reference(cluster, injector=None)
    inject(cluster)
    found = find_outdated(gateway, Scope(targets=("shop/deployment/web",)))
    stop_injecting(cluster)
    said: list[str] = []

    result = restart_workloads(gateway, found.outdated, deadline_each=30, tell=said.append)

    assert result.stopped is not None
    assert "came without an agent" in result.stopped.message


def test_the_only_pod_of_name_service_is_not_put_at_risk(cluster: Cluster, gateway: Gateway) -> None:
    healthy_reference(cluster, injector=None)
    cluster.patch("Deployment", "coredns", "kube-system", {"spec": {"replicas": 1}})
    cluster.wait_rolled_out("coredns", "kube-system")
    inject(cluster)
    said: list[str] = []

    result = roll(gateway, "kube-system/deployment/coredns", said=said)

    assert not result.ok
    assert "scale deployment/coredns -n kube-system --replicas=2" in result.refused[0][1]
    assert not restarted(cluster, "coredns", "kube-system")


def test_a_new_pod_of_name_service_must_stay_ready(cluster: Cluster, gateway: Gateway) -> None:
    """One that falls just after its start takes no old pod with it."""
    healthy_reference(cluster, injector=None)
    inject(cluster)
    seen: set[object] = set()

    def look(text: str) -> None:
        spec = cluster.existing("Deployment", "coredns", "kube-system")["spec"]
        seen.add(spec.get("minReadySeconds"))

    result = roll(gateway, "kube-system/deployment/coredns", said=[], dns_settle=2, progress=look)

    assert result.ok
    assert 2 in seen
    assert "minReadySeconds" not in cluster.existing("Deployment", "coredns", "kube-system")["spec"]


def test_an_apps_own_trouble_is_waited_for_and_told(cluster: Cluster, gateway: Gateway) -> None:
    cluster.workload("web", "shop")
    inject(cluster, {"app": "web"})
    cluster.secret("datadog-secret", "shop", {"api-key": "", "token": ""})
    found = find_outdated(gateway, Scope())
    patch = {"spec": {"template": {"metadata": {"annotations": {"testcluster/fate.web": "unready"}}}}}
    cluster.patch("Deployment", "web", "shop", patch)
    said: list[str] = []

    result = restart_workloads(gateway, found.outdated, deadline_each=2, tell=said.append)

    assert result.stopped is not None
    assert "not rolled out within 2 s" in result.stopped.message
    assert "is not Ready yet" in result.stopped.message
