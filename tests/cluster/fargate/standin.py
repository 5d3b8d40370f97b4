"""A stand-in for a policy engine's webhook: adds one sidecar to a pod. Pure functions.

It does what Kyverno does with the strategic merge patch of the story: the new container comes first, and on
UPDATE it wants to add the container to pods that lack it, which the API server then refuses.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .admission import Patch
from .state import StandIn


def inject(pod: Mapping[str, Any], stand_in: StandIn) -> Patch:
    """The patch that adds the sidecar, or an empty one when a container of its name is there."""
    containers = pod["spec"]["containers"]
    if any(container["name"] == stand_in.container["name"] for container in containers):
        return []
    patch: Patch = [{"op": "add", "path": "/spec/containers/0", "value": stand_in.container}]
    if stand_in.annotations:
        annotations = {**pod["metadata"].get("annotations", {}), **stand_in.annotations}
        patch.append({"op": "add", "path": "/metadata/annotations", "value": annotations})
    if stand_in.share_process_namespace:
        patch.append({"op": "add", "path": "/spec/shareProcessNamespace", "value": True})
    return patch
