"""Objects as an older API server stored them: written past today's, which would refuse them."""

from __future__ import annotations

import base64
import json

import urllib3

from tests.cluster.api import ApiError
from tests.cluster.cluster import Cluster


def without_dry_runs(cluster: Cluster, name: str, labels: dict[str, str]) -> None:
    """A webhook configuration with `sideEffects: Some`, as v1beta1 of its API had it up to Kubernetes 1.21.

    Returns when the server refuses dry-runs of pods with these labels for its sake.
    """
    stored = cluster.existing("MutatingWebhookConfiguration", name)
    for webhook in stored["webhooks"]:
        webhook["sideEffects"] = "Some"
    for written_by_the_store in ("resourceVersion", "managedFields"):
        stored["metadata"].pop(written_by_the_store, None)
    _put(cluster.plane.etcd, f"/registry/mutatingwebhookconfigurations/{name}", json.dumps(stored))
    metadata = {"generateName": "probe-", "namespace": "default", "labels": labels}
    containers = [{"name": "app", "image": "registry.example/app:1"}]
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": containers}}

    def refused() -> bool:
        try:
            cluster.api.create(pod, dry_run=True)
        except ApiError as error:
            return "does not support dry run" in error.message
        return False

    cluster.wait_for(refused, what=f"{name} refuses dry-runs")


def _put(etcd: str, key: str, value: str) -> None:
    """By etcd's own gateway from HTTP to its protocol."""
    encoded = {name: base64.b64encode(text.encode()).decode() for name, text in (("key", key), ("value", value))}
    answer = urllib3.request("POST", f"{etcd}/v3/kv/put", json=encoded)
    assert answer.status == 200, answer.data
