"""Fills a control plane with a large cluster, as fast as the API server takes it, and tells how far it is."""

from __future__ import annotations

import base64
import http.client
import json
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from urllib.parse import urlencode, urlsplit

import msgspec

from tests.bench.groundwork import (
    CLUSTER_AGENT,
    account,
    endpoints,
    groundwork,
    kubelet_rights,
    namespace_with_secret,
)
from tests.bench.plane import BenchPlane
from tests.bench.pods import PodToBe, pods_of, profile_of, replica_set_of, template_hash
from tests.bench.workloads import (
    Size,
    Workload,
    deployment_of,
    manager_of,
    namespaces_of,
    workloads_between,
)
from tests.cluster.api import Manifest
from tests.cluster.fargate import admission
from tests.cluster.fargate.state import Profile, Selector
from tests.cluster.injectors import webhook_configuration
from tests.cluster.objects import ObjectsOfCluster
from tests.cluster.reference import COMMON_LABEL, TARGETS

THREADS = 8
Tell = Callable[[str], None]


class Filling:
    """One cluster that grows."""

    def __init__(self, plane: BenchPlane, tell: Tell) -> None:
        self._plane = plane
        self._tell = tell
        self._objects = ObjectsOfCluster(plane)
        self._local = threading.local()
        self._size: Size | None = None

    def grow(self, size: Size) -> float:
        """Bring the cluster to `size`; returns the seconds that it took."""
        started = time.monotonic()
        workloads = list(workloads_between(self._size, size))
        if self._size is None:
            self._groundwork()
        self._objects.delete("MutatingWebhookConfiguration", admission.CONFIGURATION)
        self._make_namespaces(namespaces_of(workloads))
        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(self._make_account, workloads))
            replica_sets = list(pool.map(self._make_workload, workloads))
            self._make_pods(pool, zip(replica_sets, workloads, strict=True), sum(one.replicas for one in workloads))
        # One binding for each growth.
        self._objects.apply(kubelet_rights(workloads, f"datadog-agent-fargate-{size.pods}"))
        self._register_webhook()
        self._size = size
        return time.monotonic() - started

    def add_pods(self, size: Size) -> None:
        """Bring the cluster to `size`, which has as many workloads as there are: their pods become more."""
        before, self._size = self._size, size
        if before is None or before.workloads != size.workloads:
            raise ValueError("grow() makes workloads")
        known = {one.name: one.replicas for one in workloads_between(None, before)}
        with ThreadPoolExecutor(THREADS) as pool:
            for workload in workloads_between(None, size):
                name = f"{workload.name}-{template_hash(workload)}"
                replica_set = self._objects.existing("ReplicaSet", name, workload.namespace)
                list(pool.map(self._make_pod, islice(pods_of(replica_set, workload), known[workload.name], None)))

    def _groundwork(self) -> None:
        for manager, manifests in groundwork():
            self._objects.apply(manifests, manager=manager)
        self._run_cluster_agent()

    def _run_cluster_agent(self) -> None:
        deployment = self._objects.existing("Deployment", "datadog-cluster-agent", "datadog")
        replica_set = self._make_replica_set(deployment, CLUSTER_AGENT)
        (pod,) = pods_of(replica_set, CLUSTER_AGENT)
        self._make_pod(pod)
        for service in self._objects.items("Service", "datadog"):
            name = service["metadata"]["name"]
            self._objects.api.create(endpoints(name, pod.manifest["metadata"]["name"], pod.status["podIP"]))

    def _make_namespaces(self, names: Sequence[str]) -> None:
        known = {one["metadata"]["name"] for one in self._objects.items("Namespace")}
        for name in names:
            if name not in known:
                self._objects.apply(namespace_with_secret(name))

    def _make_account(self, workload: Workload) -> None:
        if workload.number >= len(TARGETS) or not workload.on_fargate:
            self._post(
                f"/api/v1/namespaces/{workload.namespace}/serviceaccounts",
                account(workload.name, workload.namespace),
                "kubectl",
            )

    def _make_workload(self, workload: Workload) -> Manifest:
        """Its Deployment and its ReplicaSet; returns the latter."""
        manifest = deployment_of(workload)
        path = f"/apis/apps/v1/namespaces/{workload.namespace}/deployments"
        deployment = json.loads(self._post(path, manifest, manager_of(workload)))
        return self._make_replica_set(deployment, workload)

    def _make_replica_set(self, deployment: Manifest, workload: Workload) -> Manifest:
        place = f"/apis/apps/v1/namespaces/{workload.namespace}"
        manager = "kube-controller-manager"
        self._patch_status(f"{place}/deployments/{workload.name}", _rolled_out(workload), manager)
        body = self._post(f"{place}/replicasets", replica_set_of(deployment, workload), manager)
        replica_set: Manifest = json.loads(body)
        counts = dict.fromkeys(("replicas", "readyReplicas", "availableReplicas"), workload.replicas)
        path = f"{place}/replicasets/{replica_set['metadata']['name']}"
        self._patch_status(path, {**counts, "fullyLabeledReplicas": workload.replicas}, manager)
        return replica_set

    def _make_pods(self, pool: ThreadPoolExecutor, owners: Iterable[tuple[Manifest, Workload]], total: int) -> None:
        every = (pod for replica_set, workload in owners for pod in pods_of(replica_set, workload))
        started, done = time.monotonic(), 0
        # In portions: 100,000 pods that wait for their turn would be a gigabyte.
        while portion := list(islice(every, 500)):
            list(pool.map(self._make_pod, portion))
            done += len(portion)
            rate = done / (time.monotonic() - started)
            if done % 2_500 == 0 or done == total:
                self._tell(f"{done:,} of {total:,} pods, {rate:.0f} a second, {(total - done) / rate:.0f} s left")

    def _make_pod(self, pod: PodToBe) -> None:
        metadata = pod.manifest["metadata"]
        path = f"/api/v1/namespaces/{metadata['namespace']}/pods"
        self._post(path, pod.manifest, "kube-controller-manager")
        self._patch_status(f"{path}/{metadata['name']}", pod.status, "kubelet")

    def _register_webhook(self) -> None:
        """Fargate's webhook, for the dry-runs. It comes after the pods, which have its marks already."""
        names = [one["metadata"]["name"] for one in self._objects.items("Namespace")]
        teams = [name for name in names if name.startswith("team-")]
        by_label = dict.fromkeys(dict.fromkeys(target.namespace for target in TARGETS), COMMON_LABEL)
        by_name = {name: {"app.kubernetes.io/name": "*-f*"} for name in teams}
        profiles = [
            Profile(profile_of(name), (Selector(name, dict(labels)),))
            for name, labels in (by_label | by_name).items()
        ]
        self._plane.state.write_profiles(profiles)
        authority = base64.b64encode(self._plane.authority.certificate.read_bytes()).decode()
        configuration = webhook_configuration(
            admission.CONFIGURATION, url=self._plane.webhook_url, authority=authority
        )
        self._objects.apply(configuration, manager="eks")

    # --- the wire: one connection for each thread, bodies encoded once

    def _post(self, path: str, body: Mapping[str, object], manager: str) -> bytes:
        return self._send("POST", path, body, manager, "application/json")

    def _patch_status(self, path: str, status: Mapping[str, object], manager: str) -> None:
        self._send("PATCH", f"{path}/status", {"status": status}, manager, "application/merge-patch+json")

    def _send(self, method: str, path: str, body: Mapping[str, object], manager: str, kind: str) -> bytes:
        connection = self._connection()
        headers = {"Authorization": f"Bearer {self._plane.tokens.admin}", "Content-Type": kind}
        url = f"{path}?{urlencode({'fieldManager': manager})}"
        connection.request(method, url, msgspec.json.encode(body), headers)
        answer = connection.getresponse()
        content = answer.read()
        if answer.status >= 300:
            raise RuntimeError(f"{method} {url}: {answer.status} {content[:500].decode(errors='replace')}")
        return content

    def _connection(self) -> http.client.HTTPSConnection:
        found: http.client.HTTPSConnection | None = getattr(self._local, "connection", None)
        if found is None:
            parts = urlsplit(self._plane.server)
            context = ssl.create_default_context(cafile=str(self._plane.authority.certificate))
            found = http.client.HTTPSConnection(parts.hostname or "", parts.port, context=context, timeout=60)
            self._local.connection = found
        return found


def _rolled_out(workload: Workload) -> Manifest:
    counts = ("replicas", "updatedReplicas", "readyReplicas", "availableReplicas")
    conditions = [
        {"type": "Available", "status": "True", "reason": "MinimumReplicasAvailable"},
        {"type": "Progressing", "status": "True", "reason": "NewReplicaSetAvailable"},
    ]
    return {"observedGeneration": 1, "conditions": conditions, **dict.fromkeys(counts, workload.replicas)}
