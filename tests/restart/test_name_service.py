"""What counts as the cluster's name service: it is rolled last, alone, and with the most care."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from kubectl_ddfargate.facts.dns import is_cluster_dns
from kubectl_ddfargate.facts.fargate import fargate_workloads
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.model.kinds import DEPLOYMENTS, PODS, REPLICA_SETS, SERVICES, Kind
from kubectl_ddfargate.model.snapshot import Snapshot

FARGATE = {"eks.amazonaws.com/fargate-profile": "kube-system"}


def _index(name: str, labels: dict[str, str], *services: dict[str, Any], namespace: str = "kube-system") -> Index:
    def owned(kind: str, owner: str) -> list[dict[str, Any]]:
        return [{"apiVersion": "apps/v1", "kind": kind, "name": owner, "controller": True}]

    pod = {"name": "a", "labels": {**FARGATE, **labels}, "ownerReferences": owned("ReplicaSet", f"{name}-1")}
    metadata: dict[Kind, dict[str, Any]] = {
        PODS: pod,
        DEPLOYMENTS: {"name": name},
        REPLICA_SETS: {"name": f"{name}-1", "ownerReferences": owned("Deployment", name)},
    }
    raw = {kind: [{"metadata": {**one, "namespace": namespace}}] for kind, one in metadata.items()}
    raw[PODS][0]["spec"] = {"schedulerName": "fargate-scheduler", "containers": []}
    raw[SERVICES] = list(services)
    objects = {one.key: msgspec.convert(items, list[one.record]) for one, items in raw.items()}  # type: ignore[name-defined]
    return Index(Snapshot(objects=objects))


def _service(name: str, *, namespace: str = "kube-system", **selector: str) -> dict[str, Any]:
    return {"metadata": {"name": name, "namespace": namespace}, "spec": {"selector": selector}}


@pytest.mark.parametrize(
    ("index", "is_dns"),
    [
        (_index("coredns", {}), True),
        (_index("dns", {"k8s-app": "kube-dns"}), True),
        (_index("dns", {"eks.amazonaws.com/component": "coredns"}), True),
        (_index("names", {"app": "names"}, _service("kube-dns", app="names")), True),
        (_index("names", {"app": "names"}, _service("other", app="names")), False),
        (_index("names", {"app": "names"}, _service("kube-dns", namespace="shop", app="names")), False),
        (_index("names", {"app": "names"}, _service("kube-dns")), False),
        (_index("coredns", {"k8s-app": "kube-dns"}, namespace="shop"), False),
    ],
)
def test_it_is_known_by_its_labels_and_by_its_service(index: Index, is_dns: bool) -> None:
    (workload,) = fargate_workloads(index)

    assert is_cluster_dns(workload, index) is is_dns
    assert index.consulted.isdisjoint({SERVICES.plural})
