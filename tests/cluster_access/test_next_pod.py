"""The pod of a dry-run is the one that the controller would send next."""

from __future__ import annotations

import copy
from typing import Any

import msgspec

from kubectl_ddfargate.cluster.collect.next_pod import next_pod
from kubectl_ddfargate.facts.fargate import Workload
from kubectl_ddfargate.facts.workloads import WorkloadRef
from kubectl_ddfargate.model.kube.pods import Pod

TEMPLATE = {
    "metadata": {"labels": {"app": "x"}, "annotations": {"inject": "no"}},
    "spec": {"containers": [{"name": "x"}], "volumes": [{"name": "data", "emptyDir": {}}, {"name": "tmp"}]},
}


def workload(kind: str, *names: str, generate: str | None = None, **labels: str) -> Workload:
    owner = {"apiVersion": "v1", "kind": kind, "name": "x", "uid": "1", "controller": True}
    pods = [
        {"metadata": {"name": name, "generateName": generate, "labels": labels, "ownerReferences": [owner]}}
        for name in names
    ]
    return Workload(WorkloadRef("shop", kind, "x"), tuple(msgspec.convert(pods, list[Pod])))


def test_a_deployment() -> None:
    labels = {"pod-template-hash": "5d78", "eks.amazonaws.com/fargate-profile": "shop"}
    made = next_pod({"template": TEMPLATE}, workload("Deployment", "x-5d78-a", generate="x-5d78-", **labels))

    assert made["metadata"] == {
        "generateName": "x-5d78-",
        "namespace": "shop",
        "labels": {"app": "x", "pod-template-hash": "5d78"},
        "annotations": {"inject": "no"},
        "ownerReferences": [
            {"apiVersion": "v1", "kind": "Deployment", "name": "x", "uid": "1", "controller": True}
        ],
    }
    assert made["spec"] == TEMPLATE["spec"]


def test_a_job() -> None:
    labels = {"batch.kubernetes.io/job-name": "x", "batch.kubernetes.io/controller-uid": "1", "job-name": "x"}
    made = next_pod({"template": TEMPLATE}, workload("Job", "x-1", generate="x-", **labels))

    assert made["metadata"]["labels"] == {"app": "x", **labels}


def test_a_stateful_set() -> None:
    labels = {"statefulset.kubernetes.io/pod-name": "x-0", "apps.kubernetes.io/pod-index": "0"}
    spec: dict[str, Any] = {
        "template": TEMPLATE,
        "replicas": 2,
        "serviceName": "all-x",
        "volumeClaimTemplates": [{"metadata": {"name": "data"}}],
    }
    before = copy.deepcopy(TEMPLATE["spec"])

    made = next_pod(spec, workload("StatefulSet", "x-0", "x-1", **labels))

    assert "generateName" not in made["metadata"]
    assert made["metadata"]["name"] == "x-2"
    assert made["metadata"]["labels"] == {
        "app": "x",
        "statefulset.kubernetes.io/pod-name": "x-2",
        "apps.kubernetes.io/pod-index": "2",
    }
    assert (made["spec"]["hostname"], made["spec"]["subdomain"]) == ("x-2", "all-x")
    assert made["spec"]["volumes"] == [
        {"name": "tmp"},
        {"name": "data", "persistentVolumeClaim": {"claimName": "data-x-2"}},
    ]
    assert TEMPLATE["spec"] == before
