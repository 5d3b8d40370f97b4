"""Pods that share their parts are the pods that they would be without, and share what they can."""

from __future__ import annotations

import copy
from typing import Any

import msgspec
import pytest

from kubectl_ddfargate.model.kube.meta import Metadata
from kubectl_ddfargate.model.kube.pod_sharing import PodOnWire, PodSharing
from kubectl_ddfargate.model.kube.pods import Pod


def raw(name: str = "web-1", **changes: Any) -> dict[str, Any]:
    """A pod as a server gives it; `changes` by their path with `__`."""
    token = f"kube-api-access-{name[-1] * 5}"
    made: dict[str, Any] = {
        "metadata": {
            "name": name,
            "namespace": "shop",
            "uid": f"u-{name}",
            "labels": {"app": "web"},
            "annotations": {"CapacityProvisioned": "0.25vCPU 0.5GB", "other": "dropped"},
            "ownerReferences": [{"kind": "ReplicaSet", "name": "web", "uid": "r", "controller": True}],
            "managedFields": [{"manager": "kubelet", "time": f"2026-01-01T00:00:0{name[-1]}Z", "fieldsV1": {}}],
        },
        "spec": {
            "nodeName": f"fargate-{name}",
            "schedulerName": "fargate-scheduler",
            "containers": [
                {
                    "name": "app",
                    "env": [{"name": "DD_SITE", "value": "datadoghq.com"}, {"name": "PASSWORD", "value": "x"}],
                    "volumeMounts": [{"name": token, "mountPath": "/var/run/secrets"}],
                }
            ],
            "volumes": [{"name": token, "projected": {}}],
        },
        "status": {"phase": "Running", "podIP": f"10.0.0.{name[-1]}", "conditions": [{"type": "Ready"}]},
    }
    for path, value in changes.items():
        *places, last = path.split("__")
        part = made
        for place in places:
            part = part[place]
        part[last] = value
    return made


def alone(one: dict[str, Any]) -> Pod:
    return msgspec.json.decode(msgspec.json.encode(one), type=Pod)


def together(*pods: dict[str, Any]) -> list[Pod]:
    sharing = PodSharing()
    return [sharing(msgspec.json.decode(msgspec.json.encode(one), type=sharing.wire)) for one in pods]


def unnamed(one: dict[str, Any]) -> dict[str, Any]:
    """The same pod with the token's volume under its common name."""
    text = msgspec.json.encode(one).decode()
    token = f"kube-api-access-{one['metadata']['name'][-1] * 5}"
    changed: dict[str, Any] = msgspec.json.decode(text.replace(token, "kube-api-access"))
    return changed


ODD: dict[str, dict[str, Any]] = {
    "nothing": {},
    "null everywhere": {"metadata": {"labels": None, "annotations": None}, "spec": {"containers": None}},
    "no node": raw(spec__nodeName=None),
    "the node's name in a variable": raw(
        spec__containers=[{"name": "a", "env": [{"name": "DD_SITE", "value": '"nodeName":"fargate-web-1"'}]}]
    ),
    "a volume with a short name of that kind": raw(spec__volumes=[{"name": "kube-api-access-x", "emptyDir": {}}]),
    "a volume with a long name of that kind": raw(
        spec__volumes=[{"name": "kube-api-access-x7k2p9", "emptyDir": {}}]
    ),
    "other letters": raw(metadata__labels={"ä": "\u20ac", "q": '"\\'}),
}


@pytest.mark.parametrize("case", ODD)
def test_a_pod_is_what_it_is(case: str) -> None:
    one = ODD[case]
    assert together(one) == [alone(unnamed(one) if "nodeName" in one.get("spec", {}) else one)]


def test_pods_of_one_shape_share_it() -> None:
    first, second = together(raw("web-1"), raw("web-2"))
    assert first.spec is second.spec
    assert first.metadata.labels is second.metadata.labels
    assert first.metadata.owner_references is second.metadata.owner_references
    assert first.metadata.managed_fields is second.metadata.managed_fields
    assert first.status.conditions is second.status.conditions


def test_what_is_a_pods_own_stays_so() -> None:
    pods = [raw("web-1"), raw("web-2", metadata__labels={"app": "other"})]
    assert together(*pods) == [alone(unnamed(one)) for one in pods]
    assert [pod.node for pod in together(*pods)] == ["fargate-web-1", "fargate-web-2"]


def test_another_shape_is_not_shared() -> None:
    other = raw("web-2")
    other["spec"]["containers"][0]["env"][0]["value"] = "datadoghq.eu"
    first, second = together(raw("web-1"), other)
    assert [pod.spec.containers[0].env[0].value for pod in (first, second) if pod.spec.containers] == [  # type: ignore[index]
        "datadoghq.com",
        "datadoghq.eu",
    ]


def test_no_field_is_forgotten() -> None:
    metadata = PodOnWire().metadata
    assert metadata.__struct_fields__ == Metadata.__struct_fields__
    assert PodOnWire.__struct_fields__ == Pod.__struct_fields__
    last = {"lastState": {"terminated": {"reason": "OOMKilled", "exitCode": 137}}}
    running = {"name": "app", "ready": True, "restartCount": 3, "state": {"running": {"startedAt": "t"}}, **last}
    one = raw(status__containerStatuses=[running], status__initContainerStatuses=[{"name": "i"}])
    one["metadata"] |= {"generateName": "web-", "creationTimestamp": "t", "deletionTimestamp": "t"}
    found = together(one)
    assert found == [alone(unnamed(one))]
    assert all(getattr(found[0].metadata, field) is not None for field in Metadata.__struct_fields__)


def test_what_is_saved_is_read_again() -> None:
    first = together(raw("web-1"))
    saved = [msgspec.json.decode(msgspec.json.encode(pod)) for pod in first]
    assert together(*saved) == first
    assert saved[0]["node"] == "fargate-web-1"


def test_a_pod_is_not_kept_by_what_was_read_of_it() -> None:
    """The text that a pod came in is as large as a page: none of its parts may hold it."""
    body = bytearray(msgspec.json.encode([raw("web-1"), raw("web-2")]))
    sharing = PodSharing()
    pods = [sharing(came) for came in msgspec.json.decode(body, type=list[sharing.wire])]  # type: ignore[name-defined]
    before = copy.deepcopy([msgspec.to_builtins(pod) for pod in pods])
    body[:] = b" " * len(body)  # fails where anything still looks into it
    assert [msgspec.to_builtins(pod) for pod in pods] == before
