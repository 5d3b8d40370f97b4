"""A living pod as it was sent at first: for bare pods and foreign kinds, of which no template tells. Pure data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from kubectl_ddfargate.model.fargate_marks import PROFILE_LABEL, SCHEDULER
from kubectl_ddfargate.model.kinds import PODS

TOKEN_VOLUME = "kube-api-access-"  # noqa: S105 (the beginning of a volume's name)
_ADDED = ("nodeName", "priority", "priorityClassName", "preemptionPolicy", "ephemeralContainers")
"""Given by the scheduler, by Fargate's webhook, or later. They are given anew."""


def same_pod(live: Mapping[str, Any]) -> dict[str, Any]:
    """The pod, from a living pod as the API gives it, without what admission and controllers added to it.

    A container that stands in no entry of managedFields was added by admission, whoever did it.
    """
    metadata, spec = live["metadata"], dict(live["spec"])
    sent = set(_sent(metadata.get("managedFields") or ()))
    for field in _ADDED:
        spec.pop(field, None)
    if spec.get("schedulerName") == SCHEDULER:
        del spec["schedulerName"]
    for group in ("containers", "initContainers"):
        if group in spec:
            kept = [c for c in spec[group] if not sent or c["name"] in sent]
            spec[group] = [_without_token(container) for container in kept]
    if "volumes" in spec:
        spec["volumes"] = [v for v in spec["volumes"] if not v["name"].startswith(TOKEN_VOLUME)]
    made: dict[str, Any] = {
        "namespace": metadata["namespace"],
        "generateName": metadata.get("generateName") or f"{metadata['name']}-",
        "labels": {k: v for k, v in (metadata.get("labels") or {}).items() if k != PROFILE_LABEL},
        "annotations": metadata.get("annotations") or {},
    }
    owners = [
        {field: value for field, value in owner.items() if field != "blockOwnerDeletion"}
        for owner in metadata.get("ownerReferences") or ()
    ]
    if owners:
        made["ownerReferences"] = owners
    return {"apiVersion": PODS.api_version, "kind": PODS.kind, "metadata": made, "spec": spec}


def _sent(entries: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """The names of the containers that somebody wrote."""
    for entry in entries:
        owned = ((entry.get("fieldsV1") or {}).get("f:spec")) or {}
        for group in ("f:containers", "f:initContainers"):
            for key in owned.get(group) or {}:
                if key.startswith('k:{"name":"'):
                    yield key.removeprefix('k:{"name":"').removesuffix('"}')


def _without_token(container: Mapping[str, Any]) -> dict[str, Any]:
    mounts = [m for m in container.get("volumeMounts") or () if not m["name"].startswith(TOKEN_VOLUME)]
    return {**container, "volumeMounts": mounts}
