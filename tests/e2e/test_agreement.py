"""What doctor says of an endpoint from the API alone, and what the agent in the pod finds: they must agree.

All tests of this file share one cluster, built once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping

import pytest

from tests.checks.curing import paste
from tests.cluster.agent import CONTAINER, FIXED_ADDRESS, agent
from tests.cluster.node.cluster import NodeCluster
from tests.cluster.reference import fixed_service, load
from tests.cluster.waiting import wait_for
from tests.doctor.running import ddfargate
from tests.e2e.endpoints import ABOUT_THE_ENDPOINT, CASES, OTHER_SECRET, WRONG_TOKEN, Case
from tests.e2e.network_policies import enforced

FIXED = "self-managed-datadog-cluster-agent"
CLUSTER_AGENT = "datadog-cluster-agent"
Names = list[str]


@pytest.fixture(scope="module")
def cluster(node: NodeCluster) -> NodeCluster:
    """DNS, a cluster agent with a fixed address, and a workload for each case."""
    node.check()
    node.reset()
    node.profile("system", namespace="kube-system", labels={"compute-type": "Fargate"})
    node.profile("shop", namespace="shop")
    for name in ("namespaces", "coredns"):
        node.apply(load(name))
    _cluster_agent(node)
    node.secret(OTHER_SECRET, "shop", {"token": WRONG_TOKEN, "short": "short"})
    for case in CASES:
        _deploy(node, case)
    for name, namespace in ((CLUSTER_AGENT, "datadog"), ("coredns", "kube-system")):
        node.wait_rolled_out(name, namespace)
    for case in CASES:
        node.wait_rolled_out(case.name, "shop")
    return node


@pytest.fixture(scope="module")
def found(cluster: NodeCluster) -> Mapping[str, Names]:
    """One doctor's findings about all of them."""
    return _found_by_doctor(cluster)


@pytest.fixture
def mended(cluster: NodeCluster) -> Iterator[None]:
    """Puts the cluster agent and its Services right again."""
    yield
    # Not by apply: that would leave alone what it never set, such as a probe.
    cluster.delete("Deployment", CLUSTER_AGENT, "datadog")
    _cluster_agent(cluster)
    cluster.wait_rolled_out(CLUSTER_AGENT, "datadog")
    wait_for(lambda: _reaches(cluster, CASES[0].name), what="the agent reaches it again", deadline=60, every=0.3)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_settings_of_an_agent(cluster: NodeCluster, found: Mapping[str, Names], case: Case) -> None:
    said = _said_by_the_agent(cluster, case.name)
    assert ("Endpoint" in said) == case.reaches, said
    doubts = [id_ for id_, names in found.items() if case.name in names]
    assert bool(doubts) != case.reaches, (said, doubts)


def test_probe_finds_the_same(cluster: NodeCluster) -> None:
    run = ddfargate("probe", "--yes", "-o", "json", "-n", "shop", kubeconfig=cluster.kubeconfig, timeout=200)
    failed = {
        pod["target"]["workload"].partition("/")[2]
        for pod in run.report["pods"]
        if any(step["result"] != "ok" for step in pod["steps"] if step["step"] != "kubelet")
    }
    assert failed == {case.name for case in CASES if not case.reaches}


def _select_nothing(cluster: NodeCluster) -> None:
    cluster.patch("Service", FIXED, "datadog", {"spec": {"selector": {"agent.datadoghq.com/name": "other"}}})


def _wrong_target_port(cluster: NodeCluster) -> None:
    ports = [{"op": "replace", "path": "/spec/ports/0/targetPort", "value": 5006}]
    cluster.patch("Service", FIXED, "datadog", ports, form="json")


def _no_service(cluster: NodeCluster) -> None:
    cluster.delete("Service", FIXED, "datadog")


def _no_cluster_agent(cluster: NodeCluster) -> None:
    cluster.patch("Deployment", CLUSTER_AGENT, "datadog", {"spec": {"replicas": 0}})


def _cluster_agent_is_not_ready(cluster: NodeCluster) -> None:
    probe = {"httpGet": {"path": "/ready", "port": 5555}, "periodSeconds": 1}
    template = {"spec": {"containers": [{"name": "cluster-agent", "readinessProbe": probe}]}}
    # Else the old pod would stay until the new one is ready.
    strategy = {"type": "Recreate", "rollingUpdate": None}
    change = {"spec": {"strategy": strategy, "template": template}}
    cluster.patch("Deployment", CLUSTER_AGENT, "datadog", change, form="strategic")


BREAKS = (_select_nothing, _wrong_target_port, _no_service, _no_cluster_agent, _cluster_agent_is_not_ready)


@pytest.mark.usefixtures("found", "mended")
@pytest.mark.parametrize("break_it", BREAKS, ids=lambda one: one.__name__.strip("_"))
def test_the_way_to_the_cluster_agent(cluster: NodeCluster, break_it: Callable[[NodeCluster], None]) -> None:
    before = _found_by_doctor(cluster)
    break_it(cluster)
    wait_for(lambda: not _reaches(cluster, CASES[0].name), what="the agent does not reach it any more", every=0.3)
    new = {id_: names for id_, names in _found_by_doctor(cluster).items() if names != before.get(id_)}
    assert new


ENFORCER = "kube-router"


@pytest.fixture
def closed(cluster: NodeCluster, mended: None) -> Iterator[None]:
    """The cluster agent admits its own namespace alone, and the node holds to it."""
    cluster.apply(
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            "metadata": {"name": "of-the-cluster-agent", "namespace": "datadog"},
            "spec": {
                "podSelector": {"matchLabels": {"agent.datadoghq.com/component": "cluster-agent"}},
                "policyTypes": ["Ingress"],
                "ingress": [{"from": [{"podSelector": {}}], "ports": [{"port": 5005}]}],
            },
        }
    )
    # By its DaemonSet doctor knows that somebody enforces policies. This one has no pods: we enforce them.
    template = {
        "metadata": {"labels": {"app": ENFORCER}},
        "spec": {
            "nodeSelector": {"of": "none"},
            "containers": [{"name": ENFORCER, "image": "registry.example/app:1"}],
        },
    }
    cluster.apply(
        {
            "apiVersion": "apps/v1",
            "kind": "DaemonSet",
            "metadata": {"name": ENFORCER, "namespace": "kube-system"},
            "spec": {"selector": {"matchLabels": {"app": ENFORCER}}, "template": template},
        }
    )
    with enforced(cluster):
        yield
    for policy in cluster.items("NetworkPolicy", "datadog"):
        cluster.delete("NetworkPolicy", policy["metadata"]["name"], "datadog")
    cluster.delete("DaemonSet", ENFORCER, "kube-system")


@pytest.mark.usefixtures("found", "closed")
def test_a_network_policy_before_the_cluster_agent(cluster: NodeCluster) -> None:
    name = CASES[0].name
    wait_for(lambda: not _reaches(cluster, name), what="the agent is shut out", deadline=60, every=0.3)

    finding = ddfargate("doctor", "--check", "DDF209", "-o", "json", kubeconfig=cluster.kubeconfig)
    assert name in finding.findings("error")["DDF209"]
    words = ("probe", f"deployment/{name}", "-n", "shop", "--yes", "-o", "json")
    run = ddfargate(*words, kubeconfig=cluster.kubeconfig, timeout=200)
    (pod,) = run.report["pods"]
    steps = {step["step"]: step["result"] for step in pod["steps"]}
    assert (steps["resolve"], steps["tcp"]) == ("ok", "failed"), steps

    # What doctor prints lets it in again, and the policy stays.
    (fix,) = (one["fix"] for one in finding.report["findings"])
    for command in fix["commands"]:
        paste(command, cluster)
    wait_for(lambda: _reaches(cluster, name), what="the agent is let in", deadline=60, every=0.3)
    after = ddfargate("doctor", "--check", "DDF209", "-o", "json", kubeconfig=cluster.kubeconfig)
    assert after.findings("error", "warning") == {}


def _cluster_agent(cluster: NodeCluster) -> None:
    cluster.apply(load("cluster-agent-operator"))
    cluster.apply(fixed_service(FIXED_ADDRESS))


def _deploy(cluster: NodeCluster, case: Case) -> None:
    cluster.workload(
        case.name,
        "shop",
        containers=[{"name": "app", "image": "registry.example/app:1"}, agent(url=case.url, env=case.env)],
        dns_policy=case.dns_policy,
        pod_spec=case.pod_spec,
        wait=False,
    )


def _reaches(cluster: NodeCluster, name: str) -> bool:
    return "Endpoint" in _said_by_the_agent(cluster, name)


def _said_by_the_agent(cluster: NodeCluster, name: str) -> dict[str, str]:
    (pod,) = cluster.pods(name, "shop")
    answer = cluster.exec(pod["metadata"]["name"], "shop", CONTAINER, "agent", "status", "--json")
    assert answer.returncode == 0, answer.stderr
    status: dict[str, str] = json.loads(answer.stdout)["clusterAgentStatus"]
    return status


def _found_by_doctor(cluster: NodeCluster) -> dict[str, Names]:
    run = ddfargate("doctor", "-o", "json", kubeconfig=cluster.kubeconfig)
    findings = run.findings("error", "warning")
    return {id_: names for id_, names in findings.items() if id_ in ABOUT_THE_ENDPOINT}
