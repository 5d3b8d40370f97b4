"""What a cluster holds, object by object, so that two moments can be compared."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.cluster.cluster import Cluster

KINDS = (
    "Service",
    "Secret",
    "ConfigMap",
    "ServiceAccount",
    "Deployment",
    "StatefulSet",
    "ClusterRole",
    "ClusterRoleBinding",
    "Role",
    "RoleBinding",
    "MutatingAdmissionPolicy",
    "MutatingAdmissionPolicyBinding",
    "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration",
    "Namespace",
)
KYVERNO_KINDS = ("clusterpolicies.kyverno.io", "mutatingpolicies.policies.kyverno.io")
_SERVERS_OWN = ("managedFields", "resourceVersion", "uid", "generation", "creationTimestamp", "selfLink")
_RESTARTED = "kubectl.kubernetes.io/restartedAt"
_REVISION = "deployment.kubernetes.io/revision"
# They change by themselves: caBundle and leases of the engine, rights that are aggregated later.
_ENGINE = "kyverno"

State = dict[tuple[str, str, str], str]


def state(cluster: Cluster, *, kinds: Iterable[str] = KINDS) -> State:
    """Kind, namespace and name → all of the object that does not change by itself."""
    found: State = {}
    for kind in kinds:
        for one in cluster.items(kind):
            metadata = one["metadata"]
            if _ENGINE in metadata["name"] or metadata.get("namespace") == _ENGINE:
                continue
            found[kind, metadata.get("namespace", ""), metadata["name"]] = _text(one)
    return found


def pods(cluster: Cluster, namespaces: Iterable[str]) -> dict[str, list[str]]:
    """What the pods of these namespaces are made of, whatever they are called: owner → specs."""
    found: dict[str, list[str]] = {}
    for namespace in namespaces:
        for pod in cluster.items("Pod", namespace):
            if pod["metadata"].get("deletionTimestamp"):
                continue
            owner = pod["metadata"]["generateName"].rsplit("-", 2)[0]
            names = [one["name"] for one in pod["spec"]["containers"]]
            rest = {
                key: pod["spec"].get(key) for key in ("shareProcessNamespace", "dnsPolicy", "serviceAccountName")
            }
            found.setdefault(f"{namespace}/{owner}", []).append(json.dumps([names, rest], sort_keys=True))
    return {owner: sorted(specs) for owner, specs in sorted(found.items())}


def writes(trace: Path) -> list[str]:
    """The requests of a run that changed something: not reads, not reviews, not dry-runs."""
    found = []
    for line in trace.read_text(encoding="utf-8").splitlines():
        request = json.loads(line)
        path = request["path"]
        reads = request["verb"].upper() in ("GET", "LIST", "WATCH", "HEAD")
        if not reads and "dryRun=All" not in path and "accessreviews" not in path:
            found.append(f"{request['verb']} {path}")
    return found


def _text(one: dict[str, Any]) -> str:
    metadata = {key: value for key, value in one["metadata"].items() if key not in _SERVERS_OWN}
    annotations = {key: value for key, value in (metadata.get("annotations") or {}).items() if key != _REVISION}
    metadata["annotations"] = annotations
    kept = {key: value for key, value in one.items() if key not in ("status", "metadata")}
    template = ((kept.get("spec") or {}).get("template") or {}).get("metadata") or {}
    (template.get("annotations") or {}).pop(_RESTARTED, None)
    if template.get("annotations") == {}:
        del template["annotations"]
    return json.dumps({**kept, "metadata": metadata}, sort_keys=True)
