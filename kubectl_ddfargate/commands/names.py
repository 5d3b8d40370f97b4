"""Names for completion: those of a kubeconfig, and those that a cluster tells in one request."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from kubectl_ddfargate.cluster.kubeconfig import load_kubeconfig
from kubectl_ddfargate.model.fargate_marks import PROFILE_LABEL

if TYPE_CHECKING:  # what only a request needs is loaded for it: somebody waits for TAB
    from kubectl_ddfargate.cluster import Gateway
    from kubectl_ddfargate.model.connection import ConnectionFlags
    from kubectl_ddfargate.model.kube.meta import Object

_NAMES_ONLY = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io"
_OF_DEPLOYMENT = re.compile(r"(?P<name>.+)-[a-z0-9]{6,10}")
"""A ReplicaSet that a Deployment made: `<deployment>-<pod-template-hash>` (the Deployment controller's rule)."""


def kubeconfig_names(kubeconfig: str | None, section: str) -> list[str]:
    """The names of `contexts`, `clusters` or `users`. No request is sent. Raises KubeconfigError."""
    config = load_kubeconfig(kubeconfig)
    return sorted({"contexts": config.contexts, "clusters": config.clusters, "users": config.users}[section])


def cluster_names(flags: ConnectionFlags, question: str) -> list[str]:
    """`namespaces`, or `workloads`: `NAMESPACE/KIND/NAME` of those with a Fargate pod. Raises as Gateway does."""
    from kubectl_ddfargate.cluster import connect

    with connect(flags) as gateway:
        return sorted(set(_QUESTIONS[question](gateway)))


def _namespaces(gateway: Gateway) -> Iterator[str]:
    from kubectl_ddfargate.model.kinds import NAMESPACES
    from kubectl_ddfargate.model.kube.meta import Object

    for one in gateway.list(NAMESPACES.path(), Object, accept=_NAMES_ONLY):
        yield one.name


def fargate_pod_names(gateway: Gateway) -> Iterator[str]:
    """`NAMESPACE/pod/NAME` of all that Fargate's profiles took. Raises as Gateway does."""
    for pod in _pods(gateway):
        yield f"{pod.namespace}/pod/{pod.name}"


def fargate_workload_names(gateway: Gateway) -> Iterator[str]:
    """`NAMESPACE/KIND/NAME` of what made them, once for each pod. Raises as Gateway does."""
    for pod in _pods(gateway):
        owner = pod.metadata.owner()
        kind, name = (owner.kind or "", owner.name or "") if owner else ("Pod", pod.name)
        made = _OF_DEPLOYMENT.fullmatch(name)
        if kind == "ReplicaSet" and made and "pod-template-hash" in (pod.metadata.labels or {}):
            kind, name = "Deployment", made["name"]
        yield f"{pod.namespace}/{kind.lower()}/{name}"


def _pods(gateway: Gateway) -> Iterator[Object]:
    from kubectl_ddfargate.model.kinds import PODS
    from kubectl_ddfargate.model.kube.meta import Object

    yield from gateway.list(PODS.path(), Object, label_selector=PROFILE_LABEL, accept=_NAMES_ONLY)


_QUESTIONS: Mapping[str, Callable[[Gateway], Iterator[str]]] = {
    "namespaces": _namespaces,
    "workloads": fargate_workload_names,
}
