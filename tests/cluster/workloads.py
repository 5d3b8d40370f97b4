"""Builds the manifests of workloads, and judges whether one is rolled out. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .api import Manifest

APP_IMAGE = "registry.example/app:1.4.2"
API_VERSIONS = {
    "Deployment": "apps/v1",
    "StatefulSet": "apps/v1",
    "DaemonSet": "apps/v1",
    "ReplicaSet": "apps/v1",
    "Job": "batch/v1",
    "CronJob": "batch/v1",
    "Pod": "v1",
}
Env = Mapping[str, str | Mapping[str, Any]]


def env_list(env: Env) -> list[dict[str, Any]]:
    """A container's `env`: texts become `value`, mappings become `valueFrom`."""
    return [
        {"name": name, "value": value} if isinstance(value, str) else {"name": name, "valueFrom": dict(value)}
        for name, value in env.items()
    ]


def secret_key(secret: str, key: str) -> dict[str, Any]:
    """A `valueFrom` of a Secret's key."""
    return {"secretKeyRef": {"name": secret, "key": key}}


def pod_template(
    name: str,
    *,
    labels: Mapping[str, str],
    annotations: Mapping[str, str],
    containers: Sequence[Mapping[str, Any]],
    env: Env,
    spec: Mapping[str, Any],
) -> Manifest:
    """A pod template; without `containers` it has one, named as the workload. `env` goes to the first."""
    built = [dict(one) for one in containers] or [{"name": name, "image": APP_IMAGE}]
    if env:
        built[0] = {**built[0], "env": [*built[0].get("env", ()), *env_list(env)]}
    metadata: Manifest = {"labels": dict(labels)}
    if annotations:
        metadata["annotations"] = dict(annotations)
    return {"metadata": metadata, "spec": {"containers": built, **spec}}


def workload_manifest(kind: str, name: str, namespace: str, template: Manifest, *, replicas: int) -> Manifest:
    """The workload of a kind around a pod template."""
    head: Manifest = {
        "apiVersion": API_VERSIONS[kind],
        "kind": kind,
        "metadata": {"name": name, "namespace": namespace, "labels": template["metadata"]["labels"]},
    }
    if kind == "Pod":
        return {**head, "metadata": {**head["metadata"], **template["metadata"]}, "spec": template["spec"]}
    if kind in {"Job", "CronJob"}:
        template = {**template, "spec": {"restartPolicy": "Never", **template["spec"]}}
        job = {"template": template}
        schedule = {"schedule": "0 3 * * *", "jobTemplate": {"spec": job}}
        return {**head, "spec": job if kind == "Job" else schedule}
    spec: Manifest = {"selector": {"matchLabels": template["metadata"]["labels"]}, "template": template}
    if kind != "DaemonSet":
        spec["replicas"] = replicas
    if kind == "StatefulSet":
        spec["serviceName"] = name
    return {**head, "spec": spec}


def rolled_out(workload: Mapping[str, Any]) -> bool:
    """True when the controller says that all replicas are of the present template and available."""
    spec, status = workload["spec"], workload.get("status", {})
    kind = workload["kind"]
    if kind == "Job":
        return any(one["type"] == "Complete" for one in status.get("conditions", ()) if one["status"] == "True")
    if kind == "Pod":
        return any(one["type"] == "Ready" for one in status.get("conditions", ()) if one["status"] == "True")
    if kind == "CronJob":
        return True
    if status.get("observedGeneration", 0) < workload["metadata"]["generation"]:
        return False
    if kind == "DaemonSet":
        wanted, counts = status["desiredNumberScheduled"], ["updatedNumberScheduled", "numberAvailable"]
    else:
        wanted, counts = spec["replicas"], ["replicas", "updatedReplicas", "availableReplicas"]
    return all(status.get(count, 0) == wanted for count in counts)


def owner_uids(manifest: Mapping[str, Any]) -> set[str]:
    """Who made the object."""
    return {owner["uid"] for owner in manifest["metadata"].get("ownerReferences", ())}


def pod_labels(workload: Mapping[str, Any]) -> str:
    """The label selector of a workload's pods."""
    if workload["kind"] == "Pod":
        labels = workload["metadata"].get("labels", {})
    else:
        labels = workload["spec"]["selector"]["matchLabels"]
    return ",".join(f"{key}={value}" for key, value in labels.items())
