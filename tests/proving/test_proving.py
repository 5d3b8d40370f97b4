"""The proof is what the real server makes of a pod."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from kubectl_ddfargate.cluster import connect
from kubectl_ddfargate.cluster.gateway import Gateway
from kubectl_ddfargate.commands.proving import Proved, gone, prove
from kubectl_ddfargate.facts.workloads import WorkloadRef
from kubectl_ddfargate.model.connection import ConnectionFlags
from kubectl_ddfargate.model.design import Agent, Design, PolicyScope, TargetWorkload
from tests.cluster import canary
from tests.cluster.agent import FIXED_URL, IMAGE, SITE, agent
from tests.cluster.cluster import Cluster
from tests.cluster.reference import COMMON_LABEL
from tests.cluster.users import rule

WEB = TargetWorkload("shop", "Deployment", "web", tuple(COMMON_LABEL.items()))
DB = TargetWorkload("shop", "StatefulSet", "db", tuple(COMMON_LABEL.items()))
SUM = TargetWorkload("shop", "CronJob", "sum", tuple(COMMON_LABEL.items()))
NOW = 0.0
"""A deadline that is over: one look."""


def design(*targets: TargetWorkload) -> Design:
    return Design(
        injector="admission-policy",
        policy_kind="MutatingAdmissionPolicy",
        policy_api_version="admissionregistration.k8s.io/v1",
        agent=Agent(image=IMAGE, url=FIXED_URL, cluster_name="prod-eu", site=SITE),
        scope=PolicyScope(namespaces=("shop",), common_label=("compute-type", "Fargate")),
        fixed_service=None,
        targets=targets,
    )


@pytest.fixture
def gateway(cluster: Cluster) -> Iterator[Gateway]:
    with connect(ConnectionFlags(kubeconfig=str(cluster.kubeconfig))) as opened:
        yield opened


def look(gateway: Gateway, *targets: TargetWorkload) -> Proved:
    return prove(gateway, design(*targets), targets, deadline=NOW)


def web(cluster: Cluster, **how: object) -> None:
    cluster.workload("web", "shop", labels={"app": "web", **COMMON_LABEL}, **how)  # type: ignore[arg-type]


def test_it_waits_until_the_policy_acts(cluster: Cluster, gateway: Gateway) -> None:
    web(cluster)
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        if not pauses:
            cluster.injector_policy(container=agent(), labels=COMMON_LABEL)
        pauses.append(seconds)

    proved = prove(gateway, design(WEB), [WEB], deadline=time.monotonic() + 20, pause=pause)

    assert proved.ok, proved.reason
    assert pauses
    assert proved.senders == ("replicaset-controller",)
    assert any("deployment/web -n shop: gets one agent" in line for line in proved.lines())
    assert proved.lines()[-1] == "  a pod that is not selected -n shop: gets none"
    assert canary.found_in(repr(proved).encode()) == []


def test_workloads_without_a_living_pod(cluster: Cluster, gateway: Gateway) -> None:
    web(cluster)
    cluster.patch("Deployment", "web", "shop", {"spec": {"replicas": 0}})
    labels = {"app": "db", **COMMON_LABEL}
    cluster.workload("db", "shop", kind="StatefulSet", labels=labels, replicas=0)
    cluster.workload("sum", "shop", kind="CronJob", labels=dict(COMMON_LABEL))
    cluster.injector_policy(container=agent(), labels=COMMON_LABEL)

    proved = look(gateway, WEB, DB, SUM)

    assert proved.ok, proved.reason
    assert proved.senders == ("replicaset-controller", "statefulset-controller", "job-controller")


def test_nothing_injects(cluster: Cluster, gateway: Gateway) -> None:
    web(cluster)

    proved = look(gateway, WEB)

    assert not proved.ok
    assert proved.reason == "deployment/web -n shop: a new pod gets no agent"
    assert proved.negative is None


def test_another_url(cluster: Cluster, gateway: Gateway) -> None:
    web(cluster)
    cluster.injector_policy(container=agent(url="https://172.20.0.99:5005"), labels=COMMON_LABEL)

    assert "DD_CLUSTER_AGENT_URL https://172.20.0.99:5005, not" in look(gateway, WEB).reason


def test_two_agents(cluster: Cluster, gateway: Gateway) -> None:
    web(cluster)
    cluster.injector_policy("one", container=agent(), labels=COMMON_LABEL)
    cluster.injector_policy("two", container=agent(name="datadog-agent-injected"), labels=COMMON_LABEL)

    assert "2 agents: " in look(gateway, WEB).reason


def test_the_app_must_stay_first(cluster: Cluster, gateway: Gateway) -> None:
    web(cluster)
    cluster.stand_in_webhook(container=agent(), label_sets=[COMMON_LABEL])

    assert "the first container of a new pod is datadog-agent, not web" in look(gateway, WEB).reason


def test_a_pod_that_is_not_selected_must_stay_as_it_is(cluster: Cluster, gateway: Gateway) -> None:
    web(cluster)
    cluster.injector_policy(container=agent(), labels={"app": "web"})

    proved = look(gateway, WEB)

    assert [one.ok for one in proved.targets] == [True]
    assert not proved.ok
    assert "a pod that is not selected gets the agent too" in proved.reason


def test_an_injector_that_passes_controllers_by(cluster: Cluster, gateway: Gateway) -> None:
    """Real pods are made by controllers: what only a person gets is no proof."""
    web(cluster)
    by_people = "!request.userInfo.username.startsWith('system:serviceaccount:kube-system:')"
    condition = {"name": "people", "expression": by_people}
    cluster.injector_policy(container=agent(), labels=COMMON_LABEL, match_conditions=[condition])

    assert look(gateway, WEB).reason == "deployment/web -n shop: a new pod gets no agent"


def test_a_caller_who_may_not_act_as_a_controller(cluster: Cluster) -> None:
    web(cluster)
    cluster.injector_policy(container=agent(), labels=COMMON_LABEL)
    rules = [rule("create", "pods"), rule("get", "deployments", "apps")]
    kubeconfig = cluster.user("plain", rules=rules)

    with connect(ConnectionFlags(kubeconfig=str(kubeconfig))) as gateway:
        proved = look(gateway, WEB)

    assert proved.ok, proved.reason
    assert proved.senders == ()


def test_a_caller_who_acts_as_somebody_names_no_third(cluster: Cluster) -> None:
    web(cluster)
    cluster.injector_policy(container=agent(), labels=COMMON_LABEL)
    flags = ConnectionFlags(kubeconfig=str(cluster.kubeconfig), as_="jo", as_group=("system:masters",))

    with connect(flags) as gateway:
        proved = look(gateway, WEB)

    assert proved.ok, proved.reason
    assert proved.senders == ()


def test_a_caller_who_may_not_try(cluster: Cluster) -> None:
    web(cluster)
    kubeconfig = cluster.user("reader", rules=[rule("get", "deployments", "apps")])

    with connect(ConnectionFlags(kubeconfig=str(kubeconfig))) as gateway:
        proved = prove(
            gateway, design(WEB), [WEB], pause=lambda seconds: pytest.fail("there is nothing to wait for")
        )

    assert "you lack create pods -n shop" in proved.reason


def test_a_policy_that_is_gone_is_waited_for(cluster: Cluster, gateway: Gateway) -> None:
    web(cluster)
    cluster.injector_policy(container=agent(), labels=COMMON_LABEL)
    ref = WorkloadRef("shop", "Deployment", "web")

    assert gone(gateway, [ref], deadline=NOW) == (ref,)
    cluster.delete("MutatingAdmissionPolicyBinding", "datadog-sidecar")
    assert gone(gateway, [ref]) == ()
    assert look(gateway, WEB).reason == "deployment/web -n shop: a new pod gets no agent"


def test_nothing_is_created(cluster: Cluster, gateway: Gateway) -> None:
    web(cluster)
    cluster.injector_policy(container=agent(), labels=COMMON_LABEL)
    before = {pod["metadata"]["uid"] for pod in cluster.items("Pod", "shop")}

    look(gateway, WEB)

    assert {pod["metadata"]["uid"] for pod in cluster.items("Pod", "shop")} == before
