"""Credentials stay out of diffs, whoever wrote them where; what is ours stays readable."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kubectl_ddfargate.manifests import desired_objects
from kubectl_ddfargate.plan.compare import change_for
from kubectl_ddfargate.plan.masking import AFTER, BEFORE, SAME, hidden
from tests.cluster import canary
from tests.manifests.test_golden import DESIGNS
from tests.plan.objects import desired, service

CEL = (
    "Object{spec: Object.spec{containers: [Object.spec.containers{env: ["
    'Object.spec.containers.env{name: "DD_CLUSTER_AGENT_AUTH_TOKEN", value: "%s"}]}]}}'
)

# by its look alone only a key is known, a token by where it stands
BY_LOOK = "key under a harmless name"


def _in_env(value: str, name: str = "DD_CLUSTER_AGENT_AUTH_TOKEN") -> dict[str, Any]:
    return {"containers": [{"env": [{"name": name, "value": value}]}]}


WAYS: dict[str, Any] = {
    "variable": _in_env,
    "variable of another product": lambda value: _in_env(value, "DB_PASSWORD"),
    BY_LOOK: lambda value: _in_env(value, "DD_SITE"),
    "fields of a DatadogAgent": lambda value: {
        "global": {"credentials": {"apiKey": value}, "clusterAgentToken": value}
    },
    "CEL": lambda value: {"mutations": [{"applyConfiguration": {"expression": CEL % value}}]},
    "JSON in a text": lambda value: {"patch": json.dumps([{"name": "DD_API_KEY", "value": value}])},
    "YAML in a text": lambda value: {"patch": f"- name: DB_PASSWORD\n  value: {value}\n"},
    "user of a proxy": lambda value: _in_env(f"http://user:{value}@proxy.example:3128", "DD_PROXY_HTTPS"),
    "proxy in a text": lambda value: {"patch": f"- op: add\n  value: https://user:{value}@proxy\n"},
    "argument": lambda value: {"args": ["run", f"--password={value}", "--port=80"]},
    "argument behind its flag": lambda value: {"args": ["run", "--db-password", value]},
    "argument in a shell's line": lambda value: {"command": ["sh", "-c", f"exec app --token {value}\n"]},
    "assignment in a script": lambda value: {"data": {"run.sh": "x=1\n" * 200 + f"export DB_PASSWORD='{value}'\n"}},
    "field in a text": lambda value: {"data": {"a.json": json.dumps({"user": "x", "password": value})}},
    "header": lambda value: {"value": f"Authorization: Bearer {value}"},
    "JSON in JSON": lambda value: {"patch": json.dumps(json.dumps({"name": "DB_PASSWORD", "value": value}))},
}


PLACED = [(way, value) for way in WAYS for value in (canary.API_KEY, canary.TOKEN, canary.SHORT_TOKEN)]


@pytest.mark.parametrize(("way", "value"), [one for one in PLACED if one[0] != BY_LOOK or one[1] == canary.API_KEY])
def test_a_credential_is_not_in_the_diff(way: str, value: str) -> None:
    before, after = ({**service(port), "spec": {"port": port, **WAYS[way](value)}} for port in (1, 2))
    diff = change_for(desired(), before, after).diff

    assert "+  port: 2" in diff
    assert SAME in diff
    assert canary.found_in(diff.encode()) == []


@pytest.mark.parametrize("way", WAYS)
def test_that_a_credential_changed_is_seen(way: str) -> None:
    old, new = ({**service(), "spec": WAYS[way](value)} for value in (canary.API_KEY, canary.OTHER_API_KEY))
    diff = change_for(desired(), old, new).diff

    assert BEFORE in diff
    assert AFTER in diff
    assert canary.found_in(diff.encode()) == []


def test_the_annotation_of_client_side_apply_is_not_shown() -> None:
    annotations = {"kubectl.kubernetes.io/last-applied-configuration": canary.APP_PASSWORD}
    diff = change_for(desired(), service(1, annotations=annotations), service(2, annotations=annotations)).diff

    assert canary.found_in(diff.encode()) == []


def test_annotations_of_a_secret_are_not_shown() -> None:
    secret = {"metadata": {"annotations": {"x": "32 mark"}}, "data": {"a": "32 y"}}
    before, after = hidden(secret, {**secret, "data": {"a": "32 z"}}, secret=True)

    assert before == {"metadata": {"annotations": {"x": SAME}}, "data": {"a": BEFORE}}
    assert after == {"metadata": {"annotations": {"x": SAME}}, "data": {"a": AFTER}}


def test_only_the_credential_is_hidden() -> None:
    spec = {
        "args": ["--password=" + canary.SHORT_TOKEN, "--port=80"],
        "url": f"http://u:{canary.SHORT_TOKEN}@proxy",
    }

    assert hidden({}, {"spec": spec}, secret=False)[1]["spec"] == {
        "args": [f"--password={SAME}", "--port=80"],
        "url": f"http://{SAME}@proxy",
    }


@pytest.mark.parametrize("name", DESIGNS)
def test_nothing_of_what_is_ours_is_hidden(name: str) -> None:
    for one in desired_objects(DESIGNS[name]):
        assert hidden({}, one.manifest, secret=False)[1] == one.manifest
