"""Which pods Fargate does not run, and in what words its scheduler says so. Pure functions.

"Pod not supported on Fargate: " and the words for volumes are AWS's, as people quote them in public threads;
the order and the joining of several reasons are ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

SUPPORTED_VOLUMES = {"configMap", "downwardAPI", "emptyDir", "persistentVolumeClaim", "projected", "secret"}
# In the set that every container has anyway; CoreDNS asks for it and runs.
HARMLESS_CAPABILITIES = {"NET_BIND_SERVICE"}


def refusal(spec: Mapping[str, Any]) -> str | None:
    """The scheduler's message, or None when Fargate runs the pod."""
    reasons = list(_reasons(spec))
    return f"Pod not supported on Fargate: {', '.join(reasons)}" if reasons else None


def _reasons(spec: Mapping[str, Any]) -> Iterator[str]:
    containers = [*spec.get("initContainers", ()), *spec["containers"]]
    contexts = [container.get("securityContext", {}) for container in containers]
    fields = [name for name in ("hostNetwork", "hostPID", "hostIPC") if spec.get(name)]
    # With hostNetwork the API server fills in a hostPort for every port.
    ports = [port for container in containers for port in container.get("ports", ())]
    if fields:
        yield f"fields not supported: {', '.join(name[0].upper() + name[1:] for name in fields)}"
    if any(port.get("hostPort") or port.get("hostIP") for port in ports):
        yield "port contains HostIP or HostPort"
    if any(context.get("privileged") for context in contexts):
        yield "invalid SecurityContext fields: Privileged"
    added = {name for context in contexts for name in context.get("capabilities", {}).get("add", ())}
    if added - HARMLESS_CAPABILITIES:
        names = ", ".join(sorted(added - HARMLESS_CAPABILITIES))
        yield f"invalid SecurityContext fields: Capabilities added: {names}"
    unsupported = [volume["name"] for volume in spec.get("volumes", ()) if not SUPPORTED_VOLUMES & volume.keys()]
    if unsupported:
        names = ", ".join(f"{name} is of an unsupported volume Type" for name in unsupported)
        yield f"volumes not supported: {names}"
