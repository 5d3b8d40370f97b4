"""What Fargate's mutating webhook does to a pod at CREATE. Pure functions: pod in, JSON patch out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from .state import Profile

CONFIGURATION = "0500-amazon-eks-fargate-mutation.amazonaws.com"
PROFILE_LABEL = "eks.amazonaws.com/fargate-profile"
SCHEDULER = "fargate-scheduler"
PRIORITY_CLASS, PRIORITY = "system-node-critical", 2000001000

Patch = list[dict[str, Any]]


def mark(pod: Mapping[str, Any], namespace: str, profiles: Sequence[Profile]) -> Patch:
    """The patch that makes `pod` a Fargate pod, or an empty one when no profile wants it."""
    metadata = pod["metadata"]
    if any(owner["kind"] == "DaemonSet" for owner in metadata.get("ownerReferences", ())):
        return []
    profile = matching_profile(metadata.get("labels", {}), namespace, profiles)
    if profile is None:
        return []
    return [
        {"op": "add", "path": "/metadata/labels", "value": {**metadata.get("labels", {}), PROFILE_LABEL: profile}},
        {"op": "add", "path": "/spec/schedulerName", "value": SCHEDULER},
        # Overwrites the workload's own class; the priority plugin runs again afterwards and agrees.
        {"op": "add", "path": "/spec/priorityClassName", "value": PRIORITY_CLASS},
        {"op": "add", "path": "/spec/priority", "value": PRIORITY},
    ]


def matching_profile(labels: Mapping[str, str], namespace: str, profiles: Sequence[Profile]) -> str | None:
    """The profile that takes a pod: the one its label names if that matches, else the first by name."""
    matching = sorted(profile.name for profile in profiles if _matches(profile, labels, namespace))
    named = labels.get(PROFILE_LABEL)
    if named is not None:
        return named if named in matching else None
    return matching[0] if matching else None


def _matches(profile: Profile, labels: Mapping[str, str], namespace: str) -> bool:
    return any(
        # Square brackets cannot stand in a namespace pattern, so fnmatch knows no more than AWS here.
        fnmatchcase(namespace, selector.namespace)
        and all(fnmatchcase(labels.get(key, ""), value) for key, value in selector.labels.items())
        for selector in profile.selectors
    )
