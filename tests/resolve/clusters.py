"""A small cluster as a Snapshot, to be varied: a cluster agent, CoreDNS and a shop on Fargate."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.model import kinds
from kubectl_ddfargate.model.design import Design
from kubectl_ddfargate.model.fargate_marks import PROFILE_LABEL
from kubectl_ddfargate.model.plan import NoteLevel
from kubectl_ddfargate.model.settings import Given, InstallSettings
from kubectl_ddfargate.model.snapshot import Missing, Snapshot, Unread
from kubectl_ddfargate.resolve import Resolved, resolve
from tests.cluster import canary

Manifest = dict[str, Any]
OURS = {"app.kubernetes.io/managed-by": "kubectl-ddfargate"}
AGENT = {"name": "datadog-agent", "image": "datadog/agent:7"}
NATIVE = ["mutatingadmissionpolicies", "mutatingadmissionpolicybindings"]
GROUPS = {"admissionregistration.k8s.io/v1": NATIVE, "networking.k8s.io/v1": ["servicecidrs"]}


def meta(name: str, namespace: str = "", labels: Mapping[str, str] | None = None, **more: Any) -> Manifest:
    return {"name": name, "namespace": namespace, "labels": dict(labels or {}), **more}


def service(name: str, namespace: str, address: str, *, pinned: bool = False, **more: Any) -> Manifest:
    """A Service; `pinned` means that somebody asked for its address."""
    fields = {"manager": "kubectl", "fieldsV1": {"f:spec": {"f:clusterIP": {}}}}
    spec = {"clusterIP": address, "clusterIPs": [address], "ports": [{"port": 5005, "protocol": "TCP"}]}
    return {
        "metadata": meta(name, namespace, more.pop("labels", None), managedFields=[fields] if pinned else []),
        "spec": {**spec, **more},
    }


def secret(
    name: str, namespace: str, values: Mapping[str, str], *, labels: Mapping[str, str] | None = None
) -> Manifest:
    """A Secret with these keys and values."""
    data = {key: base64.b64encode(value.encode()).decode() for key, value in values.items()}
    return {"metadata": meta(name, namespace, labels), "data": data}


def from_secret(variable: str, name: str, key: str) -> Manifest:
    return {"name": variable, "valueFrom": {"secretKeyRef": {"name": name, "key": key}}}


CLUSTER_AGENT_ENV = [
    {"name": "DD_CLUSTER_NAME", "value": "prod-eu"},
    {"name": "DD_SITE", "value": "datadoghq.eu"},
    from_secret("DD_API_KEY", "datadog-keys", "api-key"),
    from_secret("DD_CLUSTER_AGENT_AUTH_TOKEN", "datadog-token", "token"),
]
CLUSTER_AGENT_LABELS = {"agent.datadoghq.com/component": "cluster-agent", "agent.datadoghq.com/name": "datadog"}


def workload(
    name: str,
    namespace: str,
    *,
    labels: Mapping[str, str],
    selector: Mapping[str, str] | None = None,
    kind: str = "Deployment",
    pods: int = 1,
    **spec: Any,
) -> dict[str, list[Manifest]]:
    """A workload on Fargate with its pods, as objects by the plural that a Snapshot files them under."""
    spec = {"containers": [{"name": "app", "image": "app:1"}], **spec}
    plural = {"Deployment": "deployments", "StatefulSet": "statefulsets", "Job": "jobs"}[kind]
    owner = {"apiVersion": "apps/v1", "kind": kind, "name": name, "controller": True}
    template = {"metadata": {"labels": dict(labels)}, "spec": spec}
    body = {"selector": {"matchLabels": dict(selector or labels)}, "template": template}
    found = {plural: [{"metadata": meta(name, namespace), "spec": body}], "pods": []}
    for number in range(pods):
        marks = {**labels, PROFILE_LABEL: "p"}
        found["pods"].append(
            {
                "metadata": meta(f"{name}-{number}", namespace, marks, ownerReferences=[owner]),
                "spec": {**spec, "schedulerName": "fargate-scheduler"},
            }
        )
    return found


def cluster_agent(
    *,
    env: Iterable[Manifest] = tuple(CLUSTER_AGENT_ENV),
    image: str = "registry.datadoghq.com/cluster-agent:7.81.1",
    namespace: str = "datadog",
    labels: Mapping[str, str] | None = None,
) -> dict[str, list[Manifest]]:
    """The cluster agent with a ready pod, and a Service of its own whose address nobody asked for."""
    own = dict(CLUSTER_AGENT_LABELS)
    spec = {"containers": [{"name": "cluster-agent", "image": image, "env": list(env)}]}
    template = {"metadata": {"labels": own}, "spec": spec}
    name = "datadog-cluster-agent"
    ready = {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}
    return {
        "deployments": [
            {
                "metadata": meta(name, namespace, labels),
                "spec": {"selector": {"matchLabels": own}, "template": template},
            }
        ],
        "cluster-agent-pods": [{"metadata": meta(f"{name}-1", namespace, own), "spec": spec, "status": ready}],
        "services": [service(name, namespace, "172.20.205.51", selector=own)],
    }


COREDNS = workload(
    "coredns",
    "kube-system",
    labels={"k8s-app": "kube-dns", "pod-template": "x"},
    selector={"k8s-app": "kube-dns"},
    pods=2,
    dnsPolicy="Default",
    serviceAccountName="coredns",
)
WEB = workload("web", "shop", labels={"app": "web"})
BASICS = {
    "services": [service("kubernetes", "default", "172.20.0.1"), service("kube-dns", "kube-system", "172.20.0.10")],
    "servicecidrs": [{"metadata": meta("kubernetes"), "spec": {"cidrs": ["172.20.0.0/16"]}}],
    "secrets": [
        secret("datadog-keys", "datadog", {"api-key": canary.API_KEY}),
        secret("datadog-token", "datadog", {"token": canary.TOKEN}),
    ],
}


def merged(*parts: Mapping[str, list[Manifest]]) -> dict[str, list[Manifest]]:
    """All objects of several parts."""
    found: dict[str, list[Manifest]] = {}
    for part in parts:
        for plural, items in part.items():
            found[plural] = [*found.get(plural, []), *items]
    return found


def snapshot(
    *parts: Mapping[str, list[Manifest]],
    unread: Iterable[Unread] = (),
    groups: Mapping[str, list[str]] | None = GROUPS,
    **more: Any,
) -> Snapshot:
    """These parts as a Snapshot, in which `datadog-secret` was looked for everywhere."""
    given = merged(*parts)
    objects = {
        key: [msgspec.convert(one, kinds.BY_KEY[key].record) for one in items] for key, items in given.items()
    }
    objects = {key: [] for key in ("secrets", "mutatingwebhookconfigurations")} | objects
    there = {(one.namespace, one.name) for one in objects["secrets"]}
    places = sorted({"datadog", *(one.namespace for one in objects.get("pods", ()))})
    wanted = [(place, name) for place in places for name in ("datadog-secret", "datadog-keys", "datadog-token")]
    missing = [
        Missing(resource="secrets", namespace=place, name=name)
        for place, name in wanted
        if (place, name) not in there
    ]
    return Snapshot(
        objects=objects,
        unread=list(unread),
        missing=missing,
        groups=None if groups is None else dict(groups),
        **more,
    )


def usual(
    *more: Mapping[str, list[Manifest]], agent: Mapping[str, list[Manifest]] | None = None, **rest: Any
) -> Snapshot:
    """The usual cluster with something more, or with another cluster agent."""
    return snapshot(BASICS, cluster_agent() if agent is None else agent, COREDNS, WEB, *more, **rest)


def settled(snapshot: Snapshot, sources: Mapping[str, str] | None = None, **settings: Any) -> Resolved:
    """What comes of a Snapshot and settings, spelled as the file spells them."""
    return resolve(Index(snapshot), Given(msgspec.convert(settings, InstallSettings), sources or {}))


def designed(resolved: Resolved) -> Design:
    """The design, of a resolution that must have one and nothing that blocks."""
    assert blocks(resolved) == []
    assert resolved.design is not None
    return resolved.design


def blocks(resolved: Resolved) -> list[str]:
    """The texts of the blocking notes."""
    return texts(resolved, NoteLevel.BLOCK)


def texts(resolved: Resolved, level: NoteLevel) -> list[str]:
    """The texts of the notes of one level."""
    return [note.text for note in resolved.notes if note.level is level]
