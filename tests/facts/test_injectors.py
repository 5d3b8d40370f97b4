"""What may look at new pods, by the labels that it sees: nothing is excluded that is not excluded for certain."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.facts.injectors import possible_injectors
from kubectl_ddfargate.facts.workloads import WorkloadRef
from kubectl_ddfargate.model.fargate_marks import PROFILE_LABEL
from kubectl_ddfargate.model.kinds import BINDINGS, PODS, POLICIES, STATEFUL_SETS, WEBHOOKS, Kind
from kubectl_ddfargate.model.snapshot import Snapshot

STORE = WorkloadRef("shop", "StatefulSet", "store", "apps/v1")
NAME_LABEL = "statefulset.kubernetes.io/pod-name"
RULES = [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]}]
Selector = dict[str, Any]


def labelled(**labels: str) -> Selector:
    return {"matchLabels": labels}


PROFILE = labelled(**{PROFILE_LABEL: "system"})
OTHER_PROFILE = labelled(**{PROFILE_LABEL: "other"})
SECOND_POD = labelled(**{NAME_LABEL: "store-1"})


def index_of(**objects: list[dict[str, Any]]) -> Index:
    """A StatefulSet with two pods on Fargate, and what may inject."""
    kinds: dict[str, tuple[Kind, list[dict[str, Any]]]] = {
        "pods": (PODS, [pod(number) for number in (0, 1)]),
        "sets": (STATEFUL_SETS, [{"metadata": meta("store"), "spec": {"template": {"metadata": APP}}}]),
        "policies": (POLICIES, objects.get("policies", [])),
        "bindings": (BINDINGS, objects.get("bindings", [])),
        "webhooks": (WEBHOOKS, objects.get("webhooks", [])),
    }
    read = {kind.key: [msgspec.convert(one, kind.record) for one in items] for kind, items in kinds.values()}
    return Index(Snapshot(objects=read))


APP = {"labels": {"app": "store"}}


def meta(name: str) -> dict[str, Any]:
    return {"name": name, "namespace": "shop"}


def pod(number: int) -> dict[str, Any]:
    labels = {**APP["labels"], PROFILE_LABEL: "system", NAME_LABEL: f"store-{number}"}
    owner = {"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "store", "controller": True}
    metadata = {**meta(f"store-{number}"), "labels": labels, "ownerReferences": [owner]}
    return {"metadata": metadata, "spec": {"schedulerName": "fargate-scheduler"}}


def found_webhook(selector: Selector) -> bool:
    webhooks = [{"name": "w", "rules": RULES, "objectSelector": selector}]
    index = index_of(webhooks=[{"metadata": {"name": "hook"}, "webhooks": webhooks}])
    return [one.name for one in possible_injectors(index, STORE)] == ["hook"]


def found_policy(policy: Selector, *bindings: Selector) -> bool:
    spec = {"matchConstraints": {"resourceRules": RULES, **policy}}
    bound = [
        {"metadata": {"name": f"b{n}"}, "spec": {"policyName": "p", "matchResources": one}}
        for n, one in enumerate(bindings)
    ]
    index = index_of(policies=[{"metadata": {"name": "p"}, "spec": spec}], bindings=bound)
    return [one.name for one in possible_injectors(index, STORE)] == ["p"]


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        (PROFILE, True),
        (OTHER_PROFILE, False),
        (SECOND_POD, True),
        (labelled(app="store"), True),
        (labelled(app="web"), False),
        ({"matchExpressions": [{"key": PROFILE_LABEL, "operator": "DoesNotExist"}]}, True),
    ],
)
def test_a_webhook_sees_what_fargate_and_the_controller_add(selector: Selector, expected: bool) -> None:
    assert found_webhook(selector) is expected


@pytest.mark.parametrize(("selector", "expected"), [(PROFILE, False), (SECOND_POD, True), (labelled(), True)])
def test_a_policy_comes_before_fargates_webhook(selector: Selector, expected: bool) -> None:
    assert found_policy({"objectSelector": selector}, {}) is expected


@pytest.mark.parametrize(
    ("policy", "bindings", "expected"),
    [
        ({"objectSelector": labelled(app="web")}, [{"objectSelector": labelled(app="store")}], False),
        ({"objectSelector": labelled(app="store")}, [{"objectSelector": labelled(app="web")}], False),
        ({"objectSelector": labelled(app="store")}, [{"objectSelector": SECOND_POD}], True),
        ({"namespaceSelector": labelled(env="prod")}, [{"namespaceSelector": {}}], False),
        ({}, [{"objectSelector": labelled(app="web")}, {"objectSelector": labelled(app="store")}], True),
        ({}, [{"resourceRules": [{**RULES[0], "operations": ["UPDATE"]}]}], False),
        ({}, [], False),
    ],
)
def test_a_binding_narrows_its_policy(policy: Selector, bindings: list[Selector], expected: bool) -> None:
    assert found_policy(policy, *bindings) is expected
