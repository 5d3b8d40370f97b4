"""How a test says what shall become of a container. Pure functions.

A fate is named by the annotation `testcluster/fate.<container>` of the pod, or by the image:
an image with `does-not-exist`, `crash` or `oom` in its name or tag. Fates: pull, crash, oom, unready.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

ANNOTATION = "testcluster/fate."
_BY_IMAGE = {"does-not-exist": "pull", "crash": "crash", "oom": "oom"}
AGENT_NAMES = ("datadog-agent", "datadog-agent-injected")


def fate(pod: Mapping[str, Any], container: Mapping[str, Any]) -> str | None:
    """What shall become of the container, or None: it runs."""
    annotated = pod["metadata"].get("annotations", {}).get(ANNOTATION + container["name"])
    if annotated:
        return str(annotated)
    image = container["image"]
    return next((name for part, name in _BY_IMAGE.items() if part in image), None)


def ends_by_itself(spec: Mapping[str, Any], container: Mapping[str, Any]) -> bool:
    """True for a container of a Job's pod, unless it is an agent that nobody told to end with the others."""
    if spec.get("restartPolicy", "Always") == "Always":
        return False
    env = {entry["name"]: entry.get("value") for entry in container.get("env", ())}
    agent = container["name"] in AGENT_NAMES
    return not agent or env.get("DD_AUTO_EXIT_NOPROCESS_ENABLED") == "true"
