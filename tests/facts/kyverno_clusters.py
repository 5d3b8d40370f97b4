"""Kyverno in a small cluster, as a Snapshot: CoreDNS and a shop on Fargate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import yaml

from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.facts.workloads import WorkloadRef
from kubectl_ddfargate.model import kinds
from kubectl_ddfargate.model.fargate_marks import PROFILE_LABEL
from kubectl_ddfargate.model.snapshot import Proof, Snapshot

Manifest = dict[str, Any]
COREDNS = WorkloadRef("kube-system", "Deployment", "coredns", "apps/v1")
WEB = WorkloadRef("shop", "Deployment", "web", "apps/v1")
LABELS = {COREDNS: {"eks.amazonaws.com/component": "coredns"}, WEB: {"app": "web"}}

# As the chart of Kyverno 1.19.1 renders it, with fewer of its entries.
STOCK_FILTERS = (
    "[*/*,kyverno,*] [Event,*,*] [*/*,kube-system,*] [*/*,kube-public,*] [*/*,kube-node-lease,*] [Node,*,*]"
    " [Node/?*,*,*] [APIService,*,*] [Binding,*,*] [Pod/binding,*,*] [ReplicaSet,*,*] [ReplicaSet/?*,*,*]"
    " [ClusterRole,*,kyverno:admission-controller:core] [Pod,kyverno,kyverno-admission-controller-*]"
    " [Secret,kyverno,kyverno-svc.kyverno.svc.*]"
)
STOCK_WEBHOOKS = (
    '{"namespaceSelector":{"matchExpressions":[{"key":"kubernetes.io/metadata.name","operator":"NotIn",'
    '"values":["kube-system"]},{"key":"kubernetes.io/metadata.name","operator":"NotIn","values":["kyverno"]}],'
    '"matchLabels":null}}'
)
STOCK = {"resourceFilters": STOCK_FILTERS, "webhooks": STOCK_WEBHOOKS, "excludeGroups": "system:nodes"}
OPEN: dict[str, str] = {}
GROUPS = {
    "kyverno.io/v1": ["clusterpolicies", "policies"],
    "policies.kyverno.io/v1": ["mutatingpolicies", "validatingpolicies"],
    "policies.kyverno.io/v1beta1": ["mutatingpolicies", "validatingpolicies"],
    "datadoghq.com/v2alpha1": ["datadogagents"],
}


def index_of(
    text: str = "",
    *,
    config: Mapping[str, str] | None = OPEN,
    config_labels: Mapping[str, str] | None = None,
    controller: Manifest | None = None,
    namespaces: Mapping[str, Mapping[str, str]] | None = None,
    webhooks: tuple[str, ...] = ("kyverno-policy-mutating-webhook-cfg", "kyverno-resource-mutating-webhook-cfg"),
    proofs: tuple[Proof, ...] = (),
    groups: Mapping[str, list[str]] | None = None,
) -> Index:
    """The cluster with the objects of a YAML text; `config`: the data of Kyverno's ConfigMap, None for none."""
    objects: dict[str, list[Any]] = {
        kinds.PODS.key: [pod(ref) for ref in LABELS],
        kinds.DEPLOYMENTS.key: [deployment(ref) for ref in LABELS],
        kinds.NAMESPACES.key: [
            {"metadata": {"name": name, "labels": dict((namespaces or {}).get(name, {}))}}
            for name in ("kube-system", "shop")
        ],
        kinds.WEBHOOKS.key: [webhook(name) for name in webhooks],
    }
    if config is not None:
        metadata = {"name": "kyverno", "namespace": "kyverno", "labels": dict(config_labels or {})}
        objects[kinds.KYVERNO_CONFIG.key] = [{"metadata": metadata, "data": dict(config)}]
    if controller is not None:
        objects[kinds.KYVERNO_CONTROLLERS.key] = [controller]
    for one in yaml.safe_load_all(text):
        objects.setdefault(kinds.BY_KIND[one["kind"]].key, []).append(one)
    read = {
        key: [msgspec.convert(one, kinds.BY_KEY[key].record) for one in items] for key, items in objects.items()
    }
    return Index(Snapshot(objects=read, groups=dict(GROUPS if groups is None else groups), proofs=list(proofs)))


def pod(ref: WorkloadRef) -> Manifest:
    """A pod of a workload, as Fargate runs it."""
    owner = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": f"{ref.name}-5d78c", "controller": True}
    labels = {**LABELS[ref], PROFILE_LABEL: "system", "pod-template-hash": "5d78c"}
    metadata = {
        "name": f"{ref.name}-5d78c-x7k2p",
        "namespace": ref.namespace,
        "labels": labels,
        "ownerReferences": [{**owner, "kind": "Deployment", "name": ref.name}],
    }
    return {"metadata": metadata, "spec": {"schedulerName": "fargate-scheduler", "containers": [{"name": "app"}]}}


def deployment(ref: WorkloadRef) -> Manifest:
    """The workload itself."""
    template = {"metadata": {"labels": LABELS[ref]}, "spec": {"containers": [{"name": "app"}]}}
    return {"metadata": {"name": ref.name, "namespace": ref.namespace}, "spec": {"template": template}}


def webhook(name: str, service: str | None = None) -> Manifest:
    """A webhook configuration that looks at new pods; by URL where no Service's namespace is given."""
    rules = [{"apiGroups": [""], "operations": ["CREATE"], "resources": ["pods"]}]
    client = {"service": {"namespace": service, "name": "kyverno-svc"}} if service else {"url": "https://192.0.2.1"}
    return {
        "metadata": {"name": name},
        "webhooks": [{"name": f"{name}.svc", "rules": rules, "clientConfig": client}],
    }


def kyverno_deployment(
    *, image: str, ready: int = 1, replicas: int | None = 1, config_map: str | None = "kyverno"
) -> Manifest:
    """Kyverno's admission controller, as the chart makes it."""
    env = [{"name": "INIT_CONFIG", "value": config_map}] if config_map else []
    container = {"name": "kyverno", "image": image, "env": env}
    return {
        "metadata": {"name": "kyverno-admission-controller", "namespace": "kyverno"},
        "spec": {"replicas": replicas, "template": {"spec": {"containers": [container]}}},
        "status": {"readyReplicas": ready},
    }


def proof(ref: WorkloadRef, *containers: str) -> Proof:
    """What a dry-run answered."""
    return msgspec.convert(
        {
            "kind": ref.kind,
            "namespace": ref.namespace,
            "name": ref.name,
            "outcome": "answered",
            "spec": {"containers": [{"name": name} for name in ("app", *containers)]},
        },
        Proof,
    )
