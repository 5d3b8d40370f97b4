"""The pod of a dry-run is the one that the controller would send next."""

from __future__ import annotations

import copy
from typing import Any

import msgspec

from kubectl_ddfargate.cluster.collect.next_pod import next_pod, pod_of
from kubectl_ddfargate.cluster.collect.same_pod import same_pod
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


def test_a_deployment_without_a_living_pod() -> None:
    ref = WorkloadRef("shop", "Deployment", "x", "apps/v1")
    made = next_pod({"template": TEMPLATE}, Workload(ref, ()), uid="7")

    (owner,) = made["metadata"]["ownerReferences"]
    assert (owner["kind"], owner["uid"], owner["controller"]) == ("ReplicaSet", "7", True)
    assert set(made["metadata"]["labels"]) == {"app", "pod-template-hash"}
    assert made["metadata"]["generateName"].startswith("x-")


def test_a_stateful_set_without_a_living_pod() -> None:
    ref = WorkloadRef("shop", "StatefulSet", "x", "apps/v1")
    made = next_pod({"template": TEMPLATE, "replicas": 0}, Workload(ref, ()), uid="7")

    assert made["metadata"]["name"] == "x-0"
    assert made["metadata"]["labels"]["statefulset.kubernetes.io/pod-name"] == "x-0"
    assert made["metadata"]["ownerReferences"][0]["kind"] == "StatefulSet"


def test_a_run_of_a_cron_job() -> None:
    ref = WorkloadRef("shop", "CronJob", "x", "batch/v1")
    raw = {"metadata": {"uid": "7"}, "spec": {"jobTemplate": {"spec": {"template": TEMPLATE}}}}
    made = pod_of(raw, Workload(ref, ()))

    assert made["metadata"]["ownerReferences"][0]["kind"] == "Job"
    assert made["metadata"]["labels"]["batch.kubernetes.io/job-name"] == "x"
    assert made["spec"] == TEMPLATE["spec"]


def test_a_bare_pod_as_it_was_sent_at_first() -> None:
    token = {"name": "kube-api-access-abcde", "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount"}
    live = {
        "metadata": {
            "name": "alone",
            "namespace": "shop",
            "labels": {"app": "x", "eks.amazonaws.com/fargate-profile": "shop"},
            "managedFields": [{"fieldsV1": {"f:spec": {"f:containers": {'k:{"name":"x"}': {}}}}}],
        },
        "spec": {
            "nodeName": "n",
            "schedulerName": "fargate-scheduler",
            "priority": 1,
            "priorityClassName": "system-node-critical",
            "containers": [{"name": "x", "volumeMounts": [token, {"name": "data"}]}, {"name": "datadog-agent"}],
            "volumes": [{"name": "data", "emptyDir": {}}, {"name": token["name"], "projected": {}}],
        },
    }
    before = copy.deepcopy(live)

    made = same_pod(live)

    assert made["metadata"] == {
        "namespace": "shop",
        "generateName": "alone-",
        "labels": {"app": "x"},
        "annotations": {},
    }
    assert made["spec"] == {
        "containers": [{"name": "x", "volumeMounts": [{"name": "data"}]}],
        "volumes": [{"name": "data", "emptyDir": {}}],
    }
    assert live == before
