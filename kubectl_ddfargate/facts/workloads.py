"""From a pod to what a user edits: through ReplicaSets to Deployments, through Jobs to CronJobs."""

from __future__ import annotations

from typing import Any, NamedTuple

from kubectl_ddfargate.facts.index import Index, NotReadError, fact
from kubectl_ddfargate.model.kinds import (
    BY_KIND,
    CRON_JOBS,
    DEPLOYMENTS,
    JOBS,
    PODS,
    REPLICA_SETS,
    STATEFUL_SETS,
)
from kubectl_ddfargate.model.kube.meta import Metadata, OwnerReference
from kubectl_ddfargate.model.kube.pods import Pod, PodTemplate

RESTARTABLE = frozenset({"Deployment", "StatefulSet"})
"""Kinds that `kubectl rollout restart` takes and that run on Fargate."""


class WorkloadRef(NamedTuple):
    """What a user edits. `api_version` as the owner reference names it.

    A tuple, for it is the key of nearly every fact: Python hashes and compares tuples itself.
    """

    namespace: str
    kind: str
    name: str
    api_version: str = "v1"

    @property
    def resource(self) -> str:
        """`deployment/coredns`, as kubectl takes it."""
        return f"{self.kind.lower()}/{self.name}"

    @property
    def address(self) -> str:
        """`deployment/coredns -n kube-system`: enough to find it."""
        return f"{self.resource} -n {self.namespace}"


@fact
def workload_of(index: Index, kind: str, namespace: str, name: str, api_version: str) -> WorkloadRef:
    """The top of the chain of owners that starts at this owner of a pod.

    ReplicaSets made by a Deployment are named `<deployment>-<pod-template-hash>`; that rule serves where
    ReplicaSets may not be read (kubernetes/kubernetes pkg/controller/deployment/sync.go).
    """
    source = {"ReplicaSet": REPLICA_SETS, "Job": JOBS}.get(kind)
    here = WorkloadRef(namespace, kind, name, api_version)
    if source is None:
        return here
    try:
        middle = index.get(source, namespace, name)
    except NotReadError:
        stem, dash, _ = name.rpartition("-")
        if kind == "ReplicaSet" and dash:
            return WorkloadRef(namespace, "Deployment", stem, DEPLOYMENTS.api_version)
        return here
    owner = middle.metadata.owner() if middle is not None else None
    if owner is None:
        return here
    return _ref(namespace, owner)


def owner_of(index: Index, pod: Pod) -> WorkloadRef:
    """What a user edits to change this pod; the pod itself where nothing owns it."""
    owner = pod.metadata.owner()
    if owner is None:
        return WorkloadRef(pod.namespace, PODS.kind, pod.name, PODS.api_version)
    ref = _ref(pod.namespace, owner)
    return workload_of(index, ref.kind, ref.namespace, ref.name, ref.api_version)


@fact
def template_of(index: Index, ref: WorkloadRef) -> PodTemplate | None:
    """The template that new pods are made from; None for a bare pod and for kinds that are not read.

    Raises NotReadError where the workload may not be read.
    """
    found = editable(index, ref)
    if found is None:
        return None
    if ref.kind == CRON_JOBS.kind:
        template: PodTemplate = found.spec.job_template.spec.template
    else:
        template = found.spec.template
    return template


def metadata_of(index: Index, ref: WorkloadRef) -> Metadata | None:
    """The workload's own metadata. Raises NotReadError where it may not be read."""
    found = index.get(PODS, ref.namespace, ref.name) if ref.kind == PODS.kind else editable(index, ref)
    return found.metadata if found is not None else None


def editable(index: Index, ref: WorkloadRef) -> Any | None:
    """The object behind a reference to a Deployment, StatefulSet, Job or CronJob."""
    kind = BY_KIND.get(ref.kind)
    if kind not in (DEPLOYMENTS, STATEFUL_SETS, JOBS, CRON_JOBS):
        return None
    return index.get(kind, ref.namespace, ref.name)


def _ref(namespace: str, owner: OwnerReference) -> WorkloadRef:
    return WorkloadRef(namespace, owner.kind or "", owner.name or "", owner.api_version or "v1")
