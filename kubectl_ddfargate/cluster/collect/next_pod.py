"""The next pod that a workload's controller would send, worked out as the controllers do it. Pure data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from kubectl_ddfargate.facts.fargate import Workload
from kubectl_ddfargate.facts.injectors import added_by_controller
from kubectl_ddfargate.model.kinds import PODS, STATEFUL_SETS

NAME_LABEL = "statefulset.kubernetes.io/pod-name"
INDEX_LABEL = "apps.kubernetes.io/pod-index"


def next_pod(spec: Mapping[str, Any], workload: Workload) -> dict[str, Any]:
    """The pod, from the raw `spec` of a workload (of a CronJob: that of its Job) and one of its living pods.

    From the template: labels, annotations, spec. From the living pod: what the controller adds to the labels,
    the generated name, the owner (without `blockOwnerDeletion`, which needs a right of its own).
    """
    sample = workload.pods[0]
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
