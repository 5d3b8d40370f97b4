"""Which workloads get agents, and what is said of those that do not."""

from __future__ import annotations

from typing import Any

import pytest

from kubectl_ddfargate.model.plan import NoteLevel
from kubectl_ddfargate.model.snapshot import Unread
from tests.resolve.clusters import (
    AGENT,
    BASICS,
    COREDNS,
    WEB,
    Manifest,
    blocks,
    cluster_agent,
    designed,
    merged,
    meta,
    settled,
    snapshot,
    texts,
    usual,
    workload,
)

STORE = workload("store", "shop", labels={"app": "store", "tier": "db"}, kind="StatefulSet")
SUM = workload("sum", "shop", labels={"app": "sum", "batch.kubernetes.io/job-name": "sum"}, kind="Job")
BARE: dict[str, list[Manifest]] = {
    "pods": [
        {
            "metadata": meta("lone", "shop", {"app": "lone", "eks.amazonaws.com/fargate-profile": "p"}),
            "spec": {"schedulerName": "fargate-scheduler", "containers": [{"name": "app"}]},
        }
    ]
}
ELSEWHERE = {"deployments": workload("api", "shop", labels={"app": "api"}, pods=0)["deployments"]}
EVERYTHING = usual(STORE, SUM, BARE, ELSEWHERE)


def names(resolved: Any) -> list[str]:
    return [target.address for target in designed(resolved).targets]


def test_by_default_what_keeps_running() -> None:
    resolved = settled(EVERYTHING)

    assert names(resolved) == [
        "deployment/coredns -n kube-system",
        "deployment/web -n shop",
        "statefulset/store -n shop",
    ]
    assert "no targets unless named" in texts(resolved, NoteLevel.INFO)[0]
    assert "job/sum -n shop, pod/lone -n shop" in texts(resolved, NoteLevel.INFO)[0]


def test_what_is_known_of_a_target() -> None:
    coredns, web, _ = designed(settled(EVERYTHING)).targets

    assert coredns.labels == (("k8s-app", "kube-dns"),)
    assert (coredns.service_account, coredns.pods, coredns.node_dns) == ("coredns", 2, True)
    assert (web.service_account, web.pods, web.node_dns) == ("default", 1, False)


@pytest.mark.parametrize("kind", ["deployment", "Deployment", "deploy", "deployments.apps"])
def test_a_named_target_is_the_only_one(kind: str) -> None:
    assert names(settled(EVERYTHING, targets=[f"shop/{kind}/web"])) == ["deployment/web -n shop"]


def test_a_job_is_a_target_when_it_is_named() -> None:
    [target] = designed(settled(EVERYTHING, targets=["shop/job/sum"])).targets

    assert target.ends
    assert target.labels == (("app", "sum"),)


def test_a_bare_pod_is_known_by_its_own_labels() -> None:
    [target] = designed(settled(EVERYTHING, targets=["shop/pod/lone"])).targets

    assert target.labels == (("app", "lone"),)


def test_a_pod_that_was_injected_before_stays_a_target() -> None:
    injected = {
        "pods": [{**BARE["pods"][0], "spec": {**BARE["pods"][0]["spec"], "containers": [{"name": "app"}, AGENT]}}]
    }

    assert names(settled(usual(injected), targets=["shop/pod/lone"])) == ["pod/lone -n shop"]


def test_labels_and_service_account_may_be_told() -> None:
    told = {"namespace": "shop", "kind": "Deployment", "name": "web", "labels": {"a": "b"}, "serviceAccount": "x"}

    [target] = designed(settled(EVERYTHING, targets=[told])).targets

    assert (target.labels, target.service_account) == ((("a", "b"),), "x")


@pytest.mark.parametrize(
    ("target", "problem"),
    [
        ("shop/deployment/wep", "there is no deployment/wep -n shop that could be a target; did you mean"),
        ("shop/deployment/zzzzzzzz", "next: name one of: kube-system/deployment/coredns, shop/deployment/web"),
        ("shop/web", "'shop/web' is no target: NAMESPACE/KIND/NAME is wanted"),
        ("shop/daemonset/web", "daemonset/web -n shop cannot be a target: Fargate runs no DaemonSets"),
    ],
)
def test_a_target_that_is_none_stops_the_plan(target: str, problem: str) -> None:
    resolved = settled(EVERYTHING, targets=[target])

    assert resolved.design is None
    assert problem in blocks(resolved)[0]


def test_the_right_name_is_suggested() -> None:
    assert "did you mean shop/deployment/web?" in blocks(settled(EVERYTHING, targets=["shop/deployment/wbe"]))[0]


def test_a_target_off_fargate_is_a_warning() -> None:
    resolved = settled(EVERYTHING, targets=["shop/deployment/api"])

    assert names(resolved) == ["deployment/api -n shop"]
    assert "deployment/api -n shop has no pod on Fargate today" in texts(resolved, NoteLevel.WARNING)[0]


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ("app=web", ["deployment/web -n shop"]),
        ("app in (web, store),tier!=db", ["deployment/web -n shop"]),
        ("k8s-app", ["deployment/coredns -n kube-system"]),
        ("!k8s-app,app notin (web)", ["statefulset/store -n shop"]),
    ],
)
def test_a_selector_looks_at_the_templates_labels(selector: str, expected: list[str]) -> None:
    assert names(settled(EVERYTHING, selector=selector)) == expected


@pytest.mark.parametrize(
    ("selector", "problem"),
    [("app=nothing", "no workload is to get an agent by --selector app=nothing"), ("a b", "is no label selector")],
)
def test_a_selector_without_an_answer_stops_the_plan(selector: str, problem: str) -> None:
    assert problem in blocks(settled(EVERYTHING, selector=selector))[0]


def test_targets_and_a_selector_are_both_taken() -> None:
    found = names(settled(EVERYTHING, selector="app=store", targets=["shop/deployment/web"]))

    assert found == ["deployment/web -n shop", "statefulset/store -n shop"]


def test_a_template_with_an_agent_is_left_out() -> None:
    served = workload("own", "shop", labels={"app": "own"}, containers=[{"name": "app"}, AGENT])
    resolved = settled(usual(served))

    assert "deployment/own -n shop" not in names(resolved)
    assert "deployment/own -n shop is left out: its template holds an agent already" in texts(
        resolved, NoteLevel.INFO
    )


def test_a_template_with_the_label_against_it_is_left_out() -> None:
    kept = workload("quiet", "shop", labels={"app": "quiet", "ddfargate/inject": "false"})
    resolved = settled(usual(kept))

    assert names(resolved) == ["deployment/coredns -n kube-system", "deployment/web -n shop"]
    told = "deployment/quiet -n shop is left out: its template has the label ddfargate/inject=false"
    assert told in texts(resolved, NoteLevel.INFO)
    assert "has the label ddfargate/inject=false" in blocks(settled(usual(kept), targets=["shop/deploy/quiet"]))[0]


@pytest.mark.parametrize("annotation", ["DDF319 reason=batch", "DDF601 reason=x; DDF301 until=2099-01-01 reason=y"])
def test_a_suppression_keeps_no_agent_away_and_the_plan_says_what_does(annotation: str) -> None:
    silenced = workload("quiet", "shop", labels={"app": "quiet"})
    silenced["deployments"][0]["metadata"]["annotations"] = {"ddfargate/suppress": annotation}
    resolved = settled(usual(silenced))

    assert "deployment/quiet -n shop" in names(resolved)
    [note] = [one for one in resolved.notes if "ddfargate/suppress" in one.text]
    assert note.level is NoteLevel.WARNING
    assert note.text.startswith("deployment/quiet -n shop gets an agent")
    assert "ddfargate/inject=false" in note.text
    [command] = note.commands
    assert command.startswith("kubectl patch deployment quiet -n shop -p ")


def test_a_suppression_of_something_else_says_nothing_of_agents() -> None:
    silenced = workload("quiet", "shop", labels={"app": "quiet"})
    silenced["deployments"][0]["metadata"]["annotations"] = {"ddfargate/suppress": "DDF601 reason=not DDF319"}

    assert not [one for one in settled(usual(silenced)).notes if "ddfargate/suppress" in one.text]


def test_the_cluster_agent_on_fargate_is_no_target() -> None:
    parts = cluster_agent()
    template = parts["deployments"][0]["spec"]["template"]
    running = workload("datadog-cluster-agent", "datadog", labels=template["metadata"]["labels"])
    resolved = settled(usual({"pods": running["pods"]}))

    assert names(resolved) == ["deployment/coredns -n kube-system", "deployment/web -n shop"]


def test_nothing_on_fargate_stops_the_plan() -> None:
    [text] = blocks(settled(snapshot(BASICS, cluster_agent())))

    assert text.startswith("no workload is to get an agent")


def test_pods_that_may_not_be_read_stop_the_plan() -> None:
    resolved = settled(usual(unread=[Unread(resource="pods", verb="list", reason="forbidden")]))

    assert resolved.design is None
    assert any(
        "what runs on Fargate is not known: cannot list pods (forbidden)" in text for text in blocks(resolved)
    )


def test_a_workload_that_may_not_be_read_stops_the_plan() -> None:
    parts = merged(BASICS, cluster_agent(), COREDNS, WEB)
    parts["deployments"] = [one for one in parts["deployments"] if one["metadata"]["name"] != "web"]
    refused = Unread(resource="deployments", verb="list", namespace="shop", reason="forbidden")

    text = blocks(settled(snapshot(parts, unread=[refused])))[0]

    assert "deployment/web -n shop is not known: cannot list deployments.apps -n shop (forbidden)" in text
