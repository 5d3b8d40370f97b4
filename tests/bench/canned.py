"""A large cluster as data, and a server that answers from it: the guard's fixed input. No control plane.

It knows as much of the API as `doctor` asks: lists in pages with selectors, objects by name, discovery, reviews and
dry-runs. What it cannot answer truly it refuses, so that a new kind of question is noticed.
"""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from kubectl_ddfargate.model.kinds import KINDS
from tests.bench.canned_selectors import matches_fields, matches_labels
from tests.bench.groundwork import CLUSTER_AGENT, endpoints, groundwork, kubelet_rights, namespace_with_secret
from tests.bench.pods import pods_of, replica_set_of
from tests.bench.workloads import Size, Workload, deployment_of, namespaces_of, sidecar_of, workloads_between
from tests.cluster.agent import agent
from tests.cluster.api import Manifest
from tests.cluster.reference import COMMON_LABEL, load
from tests.cluster_access.recording_server import RecordingServer, Reply, Seen

CREATED = "2026-06-01T08:00:00Z"
_PLURALS = {kind.kind: kind for kind in KINDS}
_SERVED = ("datadogagents", "servicecidrs", "mutatingadmissionpolicies", "mutatingadmissionpolicybindings")
"""Optional kinds that this cluster has."""


class Canned:
    """The objects of one cluster by the path of their collection, and how much of them was given out."""

    def __init__(self, size: Size) -> None:
        self.objects: dict[str, list[Manifest]] = {}
        self.given = 0
        """Objects in all answers so far."""
        for manifest in _cluster(size):
            kind = _PLURALS.get(manifest["kind"])
            if kind is not None:
                self.objects.setdefault(kind.path(), []).append(_kept(manifest))
        for items in self.objects.values():
            items.sort(key=lambda one: (one["metadata"].get("namespace", ""), one["metadata"]["name"]))

    def answer(self, seen: Seen) -> Reply:
        """The answer to one request."""
        url = urlsplit(seen.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        if url.path == "/version":
            return Reply()
        if url.path in ("/api", "/apis"):
            return Reply(body={"kind": "APIGroupDiscoveryList", "items": list(_discovery(url.path))})
        if seen.method == "POST":
            return Reply(status=201, body=_review_or_pod(url.path, json.loads(seen.body)))
        collection, namespace, name = _place(url.path)
        found = [
            one for one in self.objects.get(collection, ()) if namespace in (None, one["metadata"].get("namespace"))
        ]
        if name is not None:
            return self._one(next((one for one in found if one["metadata"]["name"] == name), None), url.path)
        if not any(kind.path() == collection for kind in KINDS):
            return _not_found(url.path)
        return self._page(found, query, only_metadata="PartialObjectMetadata" in seen.headers.get("Accept", ""))

    def _one(self, found: Manifest | None, path: str) -> Reply:
        if found is None:
            return _not_found(path)
        self.given += 1
        return Reply(body=found)

    def _page(self, items: Iterable[Manifest], query: Mapping[str, str], *, only_metadata: bool) -> Reply:
        found = [
            one
            for one in items
            if matches_labels(query.get("labelSelector", ""), one["metadata"].get("labels", {}))
            and matches_fields(query.get("fieldSelector", ""), one)
        ]
        first, limit = int(query.get("continue", 0)), int(query.get("limit", len(found) or 1))
        page, left = found[first : first + limit], len(found) - first - limit
        more = {"continue": str(first + limit), "remainingItemCount": left} if left > 0 else {}
        self.given += len(page)
        if only_metadata:
            page = [{"metadata": one["metadata"]} for one in page]
        return Reply(body={"metadata": {"resourceVersion": "1", **more}, "items": page})


class _Answers(dict[str, Any]):
    """All paths lead to one function."""

    def __init__(self, canned: Canned) -> None:
        super().__init__()
        self._canned = canned

    def get(self, path: str, default: Any = None) -> Any:
        return self._canned.answer


def serve(canned: Canned, server: RecordingServer) -> None:
    """Let a server answer from it."""
    server.replies = _Answers(canned)


def _cluster(size: Size) -> Iterator[Manifest]:
    services = []
    for _, manifests in groundwork():
        services += [one["metadata"]["name"] for one in manifests if one["kind"] == "Service" and _is_datadog(one)]
        yield from manifests
    (deployment,) = (one for one in load("cluster-agent-operator") if one["kind"] == "Deployment")
    *_, pod = with_pod = list(_with_pods(_kept(deployment), CLUSTER_AGENT))
    yield from with_pod
    for name in services:
        yield endpoints(name, pod["metadata"]["name"], pod["status"]["podIP"])
    yield {"kind": "ServiceCIDR", "metadata": {"name": "kubernetes"}, "spec": {"cidrs": ["172.20.0.0/16"]}}
    workloads = list(workloads_between(None, size))
    for name in namespaces_of(workloads):
        if name.startswith("team-"):
            yield from namespace_with_secret(name)
    yield kubelet_rights(workloads, "datadog-agent-fargate-all")
    for workload in workloads:
        deployment = _kept(deployment_of(workload))
        yield deployment
        yield from _with_pods(deployment, workload)


def _is_datadog(manifest: Manifest) -> bool:
    return bool(manifest["metadata"]["namespace"] == "datadog")


def _with_pods(deployment: Manifest, workload: Workload) -> Iterator[Manifest]:
    replica_set = _kept(replica_set_of(deployment, workload))
    yield replica_set
    for pod in pods_of(replica_set, workload):
        yield {**pod.manifest, "spec": _with_token(pod.manifest["spec"]), "status": pod.status}


def _with_token(spec: Manifest) -> Manifest:
    """As the admission of ServiceAccounts leaves it."""
    mount = {"name": "kube-api-access-x2x4z", "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount"}
    token = {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}}
    volume = {"name": mount["name"], "projected": {"defaultMode": 420, "sources": [token]}}
    containers = [
        {**one, "volumeMounts": [*one.get("volumeMounts", ()), {**mount, "readOnly": True}]}
        for one in spec["containers"]
    ]
    return {**spec, "containers": containers, "volumes": [*spec.get("volumes", ()), volume]}


def _kept(manifest: Manifest) -> Manifest:
    """As a server keeps it: with what it adds to the metadata, managedFields too."""
    if "uid" in manifest["metadata"]:
        return manifest
    metadata = manifest["metadata"]
    if "stringData" in manifest:
        data = {key: base64.b64encode(value.encode()).decode() for key, value in manifest["stringData"].items()}
        manifest = {**{key: value for key, value in manifest.items() if key != "stringData"}, "data": data}
    place = f"{manifest['kind']}/{metadata.get('namespace')}/{metadata['name']}"
    fields = {"f:metadata": _fields(metadata), "f:spec": _fields(manifest.get("spec", {}))}
    managed = {"manager": "kube-controller-manager", "operation": "Update", "fieldsV1": fields, "time": CREATED}
    added = {
        "uid": str(uuid.uuid5(uuid.NAMESPACE_URL, place)),
        "creationTimestamp": CREATED,
        "resourceVersion": "7",
    }
    return {**manifest, "metadata": {**metadata, **added, "generation": 1, "managedFields": [managed]}}


def _fields(value: Any) -> dict[str, Any]:
    if isinstance(value, Mapping):
        return {f"f:{name}": _fields(one) for name, one in value.items()}
    if isinstance(value, list):
        return {f"k:{json.dumps(one.get('name', ''))}": _fields(one) for one in value if isinstance(one, Mapping)}
    return {}


def _discovery(path: str) -> Iterator[Manifest]:
    groups: dict[str, dict[str, list[Manifest]]] = {}
    for kind in KINDS:
        if bool(kind.group) == (path == "/apis") and (not kind.optional or kind.plural in _SERVED):
            versions = groups.setdefault(kind.group, {})
            entry = {"resource": kind.plural, "responseKind": {"kind": kind.kind}, "scope": "Namespaced"}
            versions.setdefault(kind.version, []).append(entry)
    for group, versions in groups.items():
        listed = [{"version": version, "resources": resources} for version, resources in versions.items()]
        yield {"metadata": {"name": group} if group else {}, "versions": listed}


def _place(path: str) -> tuple[str, str | None, str | None]:
    """The collection's path without a namespace, the namespace, and the object's name."""
    parts = path.strip("/").split("/")
    root, rest = (parts[:2], parts[2:]) if parts[0] == "api" else (parts[:3], parts[3:])
    namespace = None
    if rest[0] == "namespaces" and len(rest) > 2:
        namespace, rest = rest[1], rest[2:]
    return "/" + "/".join([*root, rest[0]]), namespace, rest[1] if len(rest) > 1 else None


def _review_or_pod(path: str, body: Manifest) -> Manifest:
    if "accessreviews" in path:
        return {**body, "status": {"allowed": True}}
    if not path.endswith("/pods"):
        raise ValueError(f"the canned cluster knows no POST to {path}")
    containers = body["spec"]["containers"]
    marked = body["metadata"].get("labels", {}).items() >= COMMON_LABEL.items()
    if marked and all(one["name"] != agent()["name"] for one in containers):
        containers = [*containers, sidecar_of(Workload(0, True, 1, "", "")) or {}]
    return {**body, "spec": {**body["spec"], "containers": containers}}


def _not_found(path: str) -> Reply:
    message = f"{path} not found"
    return Reply(status=404, body={"kind": "Status", "reason": "NotFound", "code": 404, "message": message})
