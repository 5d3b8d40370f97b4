"""Puts a policy into force on a real server, and tries pods on it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from kubectl_ddfargate.manifests import desired_objects
from kubectl_ddfargate.model.design import Design
from kubectl_ddfargate.model.objects import MANAGER
from tests.cluster import canary
from tests.cluster.cluster import Cluster

Manifest = dict[str, Any]


def install_policy(cluster: Cluster, given: Design) -> None:
    """Apply the policy, and wait until the server acts by it and by no policy of the test before."""
    prepared(cluster, given)
    cluster.apply([one.manifest for one in desired_objects(given) if not one.secret], manager=MANAGER)
    probe = probe_of(given)
    cluster.wait_for(lambda: "datadog-agent" in names_in(tried(cluster, probe)), what="the policy is in force")


def prepared(cluster: Cluster, given: Design) -> None:
    """Namespaces and Secrets, and no policy any more: the server knows of a deletion a moment later."""
    cluster.namespace("datadog")
    for copy in given.secrets:
        cluster.namespace(copy.namespace)
        cluster.secret(copy.name, copy.namespace, {"api-key": canary.API_KEY, "token": canary.TOKEN})
    probe = probe_of(given)
    cluster.wait_for(lambda: names_in(tried(cluster, probe)) == ["app"], what="the last test's policy is gone")


def probe_of(given: Design) -> Manifest:
    first = given.targets[0]
    return pod_of("probe", first.namespace, dict(first.labels))


def pod_of(name: str, namespace: str, labels: dict[str, str], **spec: Any) -> Manifest:
    containers = [{"name": "app", "image": "registry.example/app:1"}]
    metadata = {"name": name, "namespace": namespace, "labels": labels}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": containers, **spec}}


def tried(cluster: Cluster, pod: Manifest) -> Manifest:
    """What the server makes of a pod, without making it."""
    done = cluster.kubectl("create", "--dry-run=server", "-o", "json", "-f", "-", stdin=json.dumps(pod))
    assert done.returncode == 0, done.stderr
    made: Manifest = json.loads(done.stdout)
    return made


def names_in(pod: Manifest, group: str = "containers") -> list[str]:
    return [one["name"] for one in pod["spec"].get(group, ())]


def agent_in(pod: Manifest) -> Manifest:
    found: Manifest = next(one for one in pod["spec"]["containers"] if one["name"] == "datadog-agent")
    return found


def env_of(container: Manifest) -> dict[str, Any]:
    return {entry["name"]: entry.get("value", entry.get("valueFrom")) for entry in container["env"]}


def as_asked(wanted: Any, found: Any) -> Any:
    """`found` cut down to the keys of `wanted`, so that what the server fills in does not count."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        return {key: as_asked(wanted[key], found.get(key)) for key in wanted}
    if isinstance(wanted, list) and isinstance(found, list) and len(wanted) == len(found):
        return [as_asked(one, other) for one, other in zip(wanted, found, strict=True)]
    return found


def living(pods: Iterable[Manifest]) -> list[Manifest]:
    return [pod for pod in pods if not pod["metadata"].get("deletionTimestamp")]
