"""`doctor TYPE/NAME` on the real API server: the first broken link is the one that was broken."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cluster import canary
from tests.cluster.agent import DNS_URL, FIXED_ADDRESS, agent
from tests.cluster.cluster import Cluster
from tests.cluster.reference import TARGETS, healthy_reference
from tests.cluster.users import rule
from tests.cluster.workloads import secret_key
from tests.doctor.running import ddfargate
from tests.trace.running import broken_at, document, states, traced

APP = {"name": "app", "image": "registry.example/app:1"}
SETTINGS: dict[str, tuple[str, dict[str, Any], str | None]] = {
    "by-name": ("name resolution", {"url": DNS_URL}, "Default"),
    "wrong-address": ("Service", {"url": "https://172.20.0.99:5005"}, None),
    "wrong-port": ("Service", {"url": f"https://{FIXED_ADDRESS}:5006"}, None),
    "plain-http": ("URL", {"url": f"http://{FIXED_ADDRESS}:5005"}, None),
    "wrong-token": ("token", {"env": {"DD_CLUSTER_AGENT_AUTH_TOKEN": secret_key("other", "token")}}, None),
    "no-token": ("secrets", {"env": {"DD_CLUSTER_AGENT_AUTH_TOKEN": None}}, None),
    "no-secret-key": ("secrets", {"env": {"DD_API_KEY": secret_key("other", "no-such-key")}}, None),
}
"""Workload → the step that must be marked, what differs in its agent, and its dnsPolicy."""


@pytest.fixture(scope="module")
def reference(running_cluster: Cluster) -> Cluster:
    """The healthy reference, and workloads beside it whose agents have one fault each."""
    cluster = running_cluster
    cluster.reset()
    healthy_reference(cluster)
    cluster.secret("other", "shop", {"token": canary.OTHER_TOKEN})
    for name, (_, changed, dns_policy) in SETTINGS.items():
        waits = name != "no-secret-key"
        containers = [APP, agent(**changed)]
        cluster.workload(name, "shop", containers=containers, dns_policy=dns_policy, wait=waits)
    cluster.wait_for_pod("no-secret-key", "shop", lambda pod: pod["status"].get("phase"))
    cluster.workload("bare", "shop", containers=[APP])
    return cluster


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_no_link_of_the_reference_is_broken(reference: Cluster, target: Any) -> None:
    run = traced(reference, target.name, "-o", "json", namespace=target.namespace)

    assert run.code == 0, run.out
    assert run.report["brokenAt"] is None
    assert set(states(run.report).values()) <= {"good", "note", "warning"}, states(run.report)
    admission = next(step for step in run.report["steps"] if step["name"] == "admission")
    assert admission["lines"][-2]["says"] == "+ datadog-agent (the server's dry-run)"
    pods = next(step for step in run.report["steps"] if step["name"] == "pods")
    assert "came at admission, by a MutatingAdmissionPolicy" in str(pods)


def test_its_text_ends_well(reference: Cluster) -> None:
    run = traced(reference, "coredns", namespace="kube-system")

    assert run.code == 0
    assert run.out.endswith("√ no link is broken\n")
    assert "first broken link" not in run.out


@pytest.mark.parametrize("name", SETTINGS)
def test_the_setting_that_is_wrong_is_the_first_broken_link(reference: Cluster, name: str) -> None:
    broken_at(document(reference, name), SETTINGS[name][0])


def test_an_agent_that_nobody_adds(reference: Cluster) -> None:
    trace = document(reference, "bare")

    assert (trace["verdict"], trace["brokenAt"]) == ("no-agent", None)
    admission = next(step for step in trace["steps"] if step["name"] == "admission")
    assert admission["lines"][-1]["says"] == "as its template, without an agent (the server's dry-run)"
    assert any(line["says"].startswith("not matched: objectSelector wants") for line in admission["lines"])
    assert "nothing gives one to new pods" in traced(reference, "bare").out


def test_a_name_that_is_not_there(reference: Cluster) -> None:
    run = traced(reference, "wbe")

    assert (run.code, run.out) == (2, "")
    assert "there is no deployment/wbe in namespace shop" in run.err
    assert "did you mean" in run.err


def test_a_pod_is_followed_from_what_made_it(reference: Cluster) -> None:
    pod = next(one for one in reference.items("Pod", "kube-system") if "coredns" in one["metadata"]["name"])
    named = f"pod/{pod['metadata']['name']}"

    run = ddfargate("doctor", named, "-n", "kube-system", kubeconfig=reference.kubeconfig)

    assert run.code == 0, run.out + run.err
    assert run.out.startswith("deployment/coredns -n kube-system · 2 pods on Fargate")
    assert f"{named} -n kube-system belongs to deployment/coredns -n kube-system" in run.err

    viewer = reference.user("pods-alone", rules=[rule("get list", "pods")])
    run = ddfargate("doctor", named, "-n", "kube-system", kubeconfig=viewer)
    assert "belongs to deployment/coredns -n kube-system" in run.err, run.out + run.err


def test_a_pod_that_is_not_on_fargate_is_told_with_its_node_and_owner(reference: Cluster) -> None:
    pod = next(one for one in reference.items("Pod", "datadog") if one["spec"].get("nodeName"))
    name = pod["metadata"]["name"]

    run = ddfargate("doctor", f"pod/{name}", "-n", "datadog", kubeconfig=reference.kubeconfig)

    assert (run.code, run.out) == (2, "")
    assert (
        f"pod/{name} -n datadog is not on Fargate: it runs on node {pod['spec']['nodeName']}; it belongs to"
        in run.err
    )


def test_a_selector_goes_with_a_report_only(reference: Cluster) -> None:
    run = traced(reference, "web", "-l", "app=web")

    assert (run.code, run.out) == (2, "")
    assert "-l goes with a report on many workloads" in run.err


def test_a_caller_with_few_rights_sees_nothing_green_that_he_may_not_see(reference: Cluster) -> None:
    viewer = reference.user("viewer", rules=[rule("get list", "pods")])

    run = traced(reference, "coredns", "-o", "json", namespace="kube-system", by=viewer)

    assert run.code == 3, [(f["id"], f["severity"]) for f in run.report["findings"]]
    seen = states(run.report)
    for step in ("admission", "secrets", "token", "Service", "kubelet"):
        assert seen[step] == "unknown", seen
    text = traced(reference, "coredns", namespace="kube-system", by=viewer).out
    assert text.endswith("? no broken link was seen, and not everything could be looked at\n")
    assert "you may not list" in text


def test_who_may_not_read_pods_gets_no_answer(reference: Cluster) -> None:
    nobody = reference.user("nobody", rules=[rule("get list", "services")])

    run = traced(reference, "coredns", namespace="kube-system", by=nobody)

    assert (run.code, run.out) == (2, "")
    assert "pods" in run.err
