"""What we applied of an object, as its managedFields say."""

from __future__ import annotations

from typing import Any

from kubectl_ddfargate.model.objects import MANAGER
from kubectl_ddfargate.plan.own_fields import own_part
from tests.plan.objects import service

NAMED: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "fixed", "namespace": "datadog"},
}


def _with(fields: dict[str, Any], **entry: Any) -> dict[str, Any]:
    live = service(labels={"a": "b", "c": "d"}, managedFields=[{"manager": "helm", "operation": "Apply"}])
    live["spec"] = {
        "ports": [{"port": 80, "protocol": "TCP", "name": "x"}, {"port": 81, "protocol": "TCP"}],
        "selector": {"app": "web"},
        "list": ["p", "q"],
    }
    live["metadata"]["managedFields"].append(
        {"manager": MANAGER, "operation": "Apply", "fieldsV1": fields, **entry}
    )
    return live


def test_fields_entries_and_members() -> None:
    fields = {
        "f:metadata": {"f:labels": {".": {}, "f:a": {}}},
        "f:spec": {
            "f:ports": {'k:{"port":80,"protocol":"TCP"}': {".": {}, "f:port": {}, "f:name": {}}},
            "f:selector": {},
            "f:list": {'v:"q"': {}},
            "f:gone": {},
        },
    }

    found = own_part(_with(fields))

    assert found["metadata"] == {**NAMED["metadata"], "labels": {"a": "b"}}
    assert found["spec"] == {
        "ports": [{"port": 80, "protocol": "TCP", "name": "x"}],
        "selector": {"app": "web"},
        "list": ["q"],
    }


def test_without_fields_of_ours_the_name_is_left() -> None:
    assert own_part(service()) == NAMED
    assert own_part(_with({"f:spec": {}}, operation="Update")) == NAMED
    assert own_part(_with({"f:spec": {}}, subresource="status")) == NAMED
