"""Which pods the policy takes, by which rule, and what else it takes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kubectl_ddfargate.model.plan import NoteLevel
from tests.resolve.clusters import (
    blocks,
    cluster_agent,
    designed,
    meta,
    settled,
    texts,
    usual,
    workload,
)

DNS_SET = ("kube-system", (("k8s-app", "kube-dns"),))
WEB_SET = ("shop", (("app", "web"),))
LABELLED = workload("new", "shop", labels={"app": "new", "compute-type": "Fargate"})
TWIN = workload("web-canary", "shop", labels={"app": "web", "track": "canary"})
SUM = workload("sum", "shop", labels={"app": "sum"}, kind="Job")


def rules(resolved: Any) -> dict[str, str]:
    return {one.name: one.rule for one in resolved.planned_targets}


def test_a_native_policy_goes_by_the_labels_of_the_templates() -> None:
    resolved = settled(usual(), injector="admission-policy")
    scope = designed(resolved).scope

    assert scope.namespaces == ("kube-system", "shop")
    assert (scope.profile_label, scope.common_label) == (False, None)
    assert scope.label_sets == (DNS_SET, WEB_SET)
    assert rules(resolved) == {"coredns": "label k8s-app=kube-dns in kube-system", "web": "label app=web in shop"}


def test_other_injectors_go_by_the_profile() -> None:
    resolved = settled(usual(SUM), injector="datadog")
    scope = designed(resolved).scope

    assert (scope.profile_label, scope.label_sets) == (True, ())
    assert rules(resolved)["web"] == "label eks.amazonaws.com/fargate-profile in shop"
    assert any("takes new pods of these too: job/sum -n shop" in text for text in texts(resolved, NoteLevel.INFO))


@pytest.mark.parametrize("chosen", [{"targets": ["shop/deployment/web"]}, {"selector": "app=web"}])
def test_what_was_chosen_is_taken_alone(chosen: dict[str, Any]) -> None:
    scope = designed(settled(usual(), injector="datadog", **chosen)).scope

    assert (scope.namespaces, scope.profile_label, scope.label_sets) == (("shop",), False, (WEB_SET,))


def test_what_has_the_same_labels_is_told() -> None:
    resolved = settled(usual(TWIN), targets=["shop/deployment/web"])

    [text] = texts(resolved, NoteLevel.INFO)
    assert "takes new pods of these too: deployment/web-canary -n shop; the label ddfargate/inject=false" in text


def test_what_opted_out_is_not_told() -> None:
    out = workload("web-canary", "shop", labels={"app": "web", "ddfargate/inject": "false"})

    assert texts(settled(usual(out), targets=["shop/deployment/web"]), NoteLevel.INFO) == []


def test_a_target_without_labels_stops_the_plan() -> None:
    state = usual({"pods": [bare_pod()]})

    [text] = blocks(settled(state, targets=["shop/pod/lone"]))

    assert "no policy could tell the pods of pod/lone -n shop from others" in text


def bare_pod() -> dict[str, Any]:
    labels = {"eks.amazonaws.com/fargate-profile": "p"}
    return {"metadata": meta("lone", "shop", labels), "spec": {"schedulerName": "fargate-scheduler"}}


def test_the_common_label_and_who_lacks_it() -> None:
    resolved = settled(usual(LABELLED), podLabel="compute-type=Fargate")
    design = designed(resolved)

    assert design.pod_label == design.scope.common_label == ("compute-type", "Fargate")
    assert rules(resolved)["coredns"] == "label compute-type=Fargate in kube-system"
    [warning] = texts(resolved, NoteLevel.WARNING)
    assert (
        "deployment/coredns -n kube-system, deployment/web -n shop lack the label compute-type=Fargate" in warning
    )


@pytest.mark.parametrize(
    ("context", "where"),
    [
        ("arn:aws:eks:eu-central-1:123456789012:cluster/prod", "--region eu-central-1 --cluster-name prod"),
        ("somewhere", '--cluster-name "$CLUSTER"'),
    ],
)
def test_the_addons_configuration_is_printed(context: str, where: str) -> None:
    resolved = settled(usual(context=context), podLabel="compute-type=Fargate")

    [note] = [note for note in resolved.notes if "EKS add-on coredns" in note.text]
    assert json.loads(note.values) == {"computeType": "Fargate", "podLabels": {"compute-type": "Fargate"}}
    assert f"aws eks update-addon {where} --addon-name coredns" in note.commands[0]


def test_a_label_that_is_none_stops_the_plan() -> None:
    assert "'compute-type' is no label: key=value is wanted" in blocks(settled(usual(), podLabel="compute-type"))[0]


def test_the_cluster_agent_beside_targets_is_left_out() -> None:
    parts = cluster_agent()
    labels = parts["deployments"][0]["spec"]["template"]["metadata"]["labels"]
    own = workload("datadog-cluster-agent", "datadog", labels=labels)
    beside = workload("proxy", "datadog", labels={"app": "proxy"})
    design = designed(settled(usual({"pods": own["pods"]}, beside), injector="datadog"))

    assert "datadog" in design.scope.namespaces
    assert design.scope.excluded == (("datadog", tuple(sorted(labels.items()))),)
