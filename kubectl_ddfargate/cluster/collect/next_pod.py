"""The next pod that a workload's controller would send, worked out as the controllers do it. Pure data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from kubectl_ddfargate.cluster.collect.same_pod import same_pod
from kubectl_ddfargate.facts.fargate import Workload
from kubectl_ddfargate.facts.injectors import added_by_controller
from kubectl_ddfargate.facts.workloads import WorkloadRef
from kubectl_ddfargate.model.kinds import CRON_JOBS, DEPLOYMENTS, JOBS, PODS, REPLICA_SETS, STATEFUL_SETS
from kubectl_ddfargate.model.kube.meta import Metadata, OwnerReference
from kubectl_ddfargate.model.kube.pods import Pod

NAME_LABEL = "statefulset.kubernetes.io/pod-name"
INDEX_LABEL = "apps.kubernetes.io/pod-index"
HASH_LABEL = "pod-template-hash"
REVISION_LABEL = "controller-revision-hash"
_NO_HASH = "trial"
"""Stands where a controller puts the hash of a template: nothing selects pods by its value."""


def has_template(kind: str) -> bool:
    """Whether a workload of this kind tells itself what its pods are made from."""
    return kind in (DEPLOYMENTS.kind, STATEFUL_SETS.kind, JOBS.kind, CRON_JOBS.kind)


def spec_of(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The raw `spec` that holds a workload's template; of a CronJob that of its Job."""
    spec: dict[str, Any] = raw["spec"]
    job: dict[str, Any] | None = (spec.get("jobTemplate") or {}).get("spec")
    return spec if job is None else job


def pod_of(raw: Mapping[str, Any], workload: Workload) -> dict[str, Any]:
    """The next pod, from a workload as the API gives it, or from a living pod where no template tells."""
    if not has_template(workload.ref.kind):
        return same_pod(raw)
    return next_pod(spec_of(raw), workload, uid=raw["metadata"].get("uid", ""))


def next_pod(spec: Mapping[str, Any], workload: Workload, *, uid: str = "") -> dict[str, Any]:
    """The pod, from the raw `spec` of a workload (of a CronJob: that of its Job) and one of its living pods.

    From the template: labels, annotations, spec. From the living pod: what the controller adds to the labels,
    the generated name, the owner (without `blockOwnerDeletion`, which needs a right of its own). Where no pod
    lives, these are what the controller would make of a workload with this `uid`.
    """
    sample = workload.pods[0] if workload.pods else _first_pod(workload.ref, uid)
    template = spec["template"]
    metadata = template.get("metadata") or {}
    made: dict[str, Any] = {
        "namespace": workload.ref.namespace,
        "labels": {**(metadata.get("labels") or {}), **added_by_controller(sample.labels)},
        "annotations": metadata.get("annotations") or {},
    }
    controller = sample.metadata.owner()
    if controller is not None:
        made["ownerReferences"] = [msgspec.to_builtins(controller)]
    pod = {"apiVersion": PODS.api_version, "kind": PODS.kind, "metadata": made, "spec": dict(template["spec"])}
    if workload.ref.kind == STATEFUL_SETS.kind:
        _one_more(pod, spec, workload)
    else:
        made["generateName"] = sample.metadata.generate_name or f"{workload.ref.name}-"
    return pod


def _first_pod(ref: WorkloadRef, uid: str) -> Pod:
    """A pod with what the controller would give it, where none lives to show it."""
    name, kind, version, labels = ref.name, ref.kind, ref.api_version, dict[str, str]()
    if kind == DEPLOYMENTS.kind:
        name, kind = f"{ref.name}-{_NO_HASH}", REPLICA_SETS.kind
        labels = {HASH_LABEL: _NO_HASH}
    elif kind == STATEFUL_SETS.kind:
        labels = {REVISION_LABEL: f"{ref.name}-{_NO_HASH}", NAME_LABEL: "", INDEX_LABEL: ""}
    else:
        kind, version = JOBS.kind, JOBS.api_version
        pairs = {"job-name": ref.name, "controller-uid": uid}
        labels = {**pairs, **{f"batch.kubernetes.io/{key}": value for key, value in pairs.items()}}
    owner = OwnerReference(api_version=version, kind=kind, name=name, uid=uid, controller=True)
    metadata = Metadata(labels=labels, owner_references=[owner] if uid else None, generate_name=f"{name}-")
    return Pod(metadata=metadata)


def _one_more(pod: dict[str, Any], spec: Mapping[str, Any], workload: Workload) -> None:
    """A StatefulSet names its pods by number. The next free one: a name that is taken would be refused."""
    numbers = [pod.name.rpartition("-")[2] for pod in workload.pods]
    first = (spec.get("ordinals") or {}).get("start") or 0
    after = first + (1 if spec.get("replicas") is None else spec["replicas"])
    number = max([after, *(int(number) + 1 for number in numbers if number.isdecimal())])
    name = f"{workload.ref.name}-{number}"
    pod["metadata"]["name"] = name
    labels = pod["metadata"]["labels"]
    labels |= {key: value for key, value in ((NAME_LABEL, name), (INDEX_LABEL, str(number))) if key in labels}
    claims = [claim["metadata"]["name"] for claim in spec.get("volumeClaimTemplates") or ()]
    volumes = [{"name": c, "persistentVolumeClaim": {"claimName": f"{c}-{name}"}} for c in claims]
    others = [volume for volume in pod["spec"].get("volumes") or () if volume["name"] not in claims]
    pod["spec"] |= {"hostname": name, "volumes": [*others, *volumes]}
    if spec.get("serviceName"):
        pod["spec"]["subdomain"] = spec["serviceName"]
