"""What a test leaves behind is not there for the next, also where only the difference is put right."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.checks.kyverno_layout import kinds
from tests.cluster.agent import CONTAINER, agent
from tests.cluster.api import ApiError, Manifest
from tests.cluster.cluster import Cluster
from tests.cluster.laying import UID
from tests.cluster.reference import COMMON_LABEL, Injector, healthy_reference

_WRITTEN_BY_SERVERS = {
    "apiservices",
    "componentstatuses",
    "events",
    "flowschemas",
    "leases",
    "prioritylevelconfigurations",
}
_OTHER_IMAGE = "registry.example/other:1"

REFUSING = """
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: refusing}
spec:
  matchConstraints:
    resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]
  validations: [{expression: "false"}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: refusing}
spec: {policyName: refusing, validationActions: [Deny]}
"""

_LATE = (
    ("ValidatingAdmissionPolicyBinding", "refusing"),
    ("ValidatingAdmissionPolicy", "refusing"),
    ("MutatingAdmissionPolicyBinding", "other"),
    ("MutatingAdmissionPolicy", "other"),
)


@pytest.fixture
def reference(cluster: Cluster) -> Iterator[Cluster]:
    """The reference, and the next test finds nothing of what was done to it."""
    healthy_reference(cluster)
    yield cluster
    cluster.reset()


def test_nothing_is_left_behind(reference: Cluster) -> None:
    cluster, before = reference, _all(reference)
    kept, deleted, made_anew = _uid(cluster, "Secret"), _uid(cluster, "Service"), _uid(cluster, "ConfigMap")

    _mess(cluster)
    assert _all(cluster) != before
    cluster.reset()
    healthy_reference(cluster)

    assert _all(cluster) == before
    # It came back and was not laid: what nobody touched is the same object still.
    assert _uid(cluster, "Secret") == kept
    assert _uid(cluster, "Service") != deleted
    assert _uid(cluster, "ConfigMap") != made_anew
    assert _owners_that_are_not_there(cluster) == []
    assert cluster.kubectl("logs", "deployment/web", "-n", "shop", "-c", CONTAINER).stdout == ""


def test_what_decides_on_new_pods_is_as_before(reference: Cluster) -> None:
    cluster, labels = reference, {**COMMON_LABEL, "k8s-app": "kube-dns"}
    policy = "MutatingAdmissionPolicy"
    image = _images(cluster, labels)
    (name,) = (one["metadata"]["name"] for one in cluster.items(policy))
    cluster.delete(policy, name)
    cluster.injector_policy("other", container=agent(image=_OTHER_IMAGE), labels=COMMON_LABEL)
    cluster.wait_for(lambda: _images(cluster, labels) == [*image[:1], _OTHER_IMAGE], what="the other policy acts")
    cluster.apply(REFUSING)
    cluster.wait_for(lambda: "refusing" in _refusal(cluster), what="the refusing policy acts")

    cluster.reset()
    healthy_reference(cluster)

    assert _images(cluster, labels) == image
    assert [one["metadata"]["name"] for one in cluster.items(policy)] == [name]


@pytest.mark.parametrize("injector", [None, "admission-policy", "webhook"])
def test_a_policy_that_came_and_went_acts_no_more(cluster: Cluster, injector: Injector | None) -> None:
    healthy_reference(cluster, injector=injector)
    labels = {**COMMON_LABEL, "k8s-app": "kube-dns"}
    before = _images(cluster, labels)
    other = agent(image=_OTHER_IMAGE)
    cluster.injector_policy("other", container={**other, "name": "other"}, labels=COMMON_LABEL)
    cluster.apply(REFUSING)
    cluster.wait_for(lambda: "refusing" in _refusal(cluster), what="the refusing policy acts")
    for kind, name in _LATE:
        cluster.delete(kind, name)

    cluster.reset()
    healthy_reference(cluster, injector=injector)

    assert _images(cluster, labels) == before
    cluster.reset()


def test_it_comes_back_more_than_once(reference: Cluster) -> None:
    before, first = _all(reference), _uid(reference, "Secret")
    for _ in range(3):
        reference.rollout_restart("web", "shop")
        reference.delete("ServiceAccount", "karpenter", "karpenter")
        reference.reset()
        healthy_reference(reference)
        assert _all(reference) == before
    assert _uid(reference, "Secret") == first


def test_another_reference_is_another(reference: Cluster) -> None:
    reference.reset()
    healthy_reference(reference, injector=None)
    assert reference.items("MutatingAdmissionPolicy") == []
    assert reference.existing("Deployment", "web", "shop")


def test_without_a_reference_it_is_empty(reference: Cluster) -> None:
    reference.workload("web", "default")
    reference.reset()
    assert reference.empty
    assert reference.items("Pod") == []
    assert {event["verb"] for event in reference.audit("admin")} <= {"list", "get"}


def _mess(cluster: Cluster) -> None:
    """A bit of all that tests do."""
    cluster.workload("batch", "batch", replicas=2)
    cluster.apply(kinds())
    cluster.delete("Service", "datadog-cluster-agent", "datadog")
    cluster.delete("ConfigMap", "kube-root-ca.crt", "shop", wait=False)
    cluster.patch("Namespace", "kube-system", None, {"metadata": {"labels": {"a": "b"}}})
    template = {"metadata": {"annotations": {"a": "b"}}}
    cluster.patch("Deployment", "web", "shop", {"spec": {"template": template}})
    cluster.wait_rolled_out("web", "shop")
    cluster.delete("Deployment", "metrics-server", "kube-system")
    cluster.patch("DatadogAgent", "datadog", "datadog", {"metadata": {"finalizers": ["example.com/never"]}})
    cluster.user("somebody")
    cluster.set_log("shop", "web-", CONTAINER, "text")


def _all(cluster: Cluster) -> dict[str, Any]:
    """Every object that the API server gives, but for what differs with each write."""
    found: dict[str, Any] = {}
    for resource in cluster.api.all_resources():
        if "list" in resource.verbs and resource.plural not in _WRITTEN_BY_SERVERS:
            for one in cluster.api.request("GET", resource.path())["items"]:
                metadata = one["metadata"]
                del metadata["resourceVersion"]
                text = UID.sub(b"uid", json.dumps(one).encode())
                found[resource.path(metadata.get("namespace"), metadata["name"])] = json.loads(text)
    return found


def _uid(cluster: Cluster, kind: str) -> str:
    names = {
        "Secret": ("datadog-secret", "shop"),
        "Service": ("datadog-cluster-agent", "datadog"),
        "ConfigMap": ("kube-root-ca.crt", "shop"),
    }
    uid: str = cluster.existing(kind, *names[kind])["metadata"]["uid"]
    return uid


def _owners_that_are_not_there(cluster: Cluster) -> list[str]:
    objects = [
        one
        for kind in ("Deployment", "ReplicaSet", "Pod", "Service", "EndpointSlice")
        for one in cluster.items(kind)
    ]
    uids = {one["metadata"]["uid"] for one in objects}
    return [
        f"{one['metadata']['name']}: {owner['kind']} {owner['name']}"
        for one in objects
        for owner in one["metadata"].get("ownerReferences", ())
        if owner["kind"] in {"Deployment", "ReplicaSet", "Service"} and owner["uid"] not in uids
    ]


def _images(cluster: Cluster, labels: dict[str, str]) -> list[str]:
    return [one["image"] for one in _pod(cluster, labels)["spec"]["containers"]]


def _pod(cluster: Cluster, labels: dict[str, str]) -> Manifest:
    metadata = {"name": "probe", "namespace": "kube-system", "labels": labels}
    spec = {"containers": [{"name": "app", "image": "registry.example/app:1"}]}
    return cluster.api.create({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}, dry_run=True)


def _refusal(cluster: Cluster) -> str:
    try:
        _pod(cluster, dict(COMMON_LABEL))
    except ApiError as error:
        return str(error)
    return ""
