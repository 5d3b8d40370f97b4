"""As whom an agent runs, and where it can write.

The paths are those for which Datadog's own webhook makes volumes (DataDog/datadog-agent agent_sidecar.go); the user
is that of the agent's image (Dockerfiles/agent).
"""

from __future__ import annotations

from kubectl_ddfargate.model.kube.pods import Container, PodSpec

AGENT_USER = 100
WRITTEN = ("/etc/datadog-agent", "/opt/datadog-agent/run", "/tmp", "/var/log/datadog")  # noqa: S108


def not_writable(container: Container) -> tuple[str, ...]:
    """The paths that the agent writes to and cannot; none where its root can be written to."""
    context = container.security_context
    if context is None or not context.read_only_root_filesystem:
        return ()
    mounted = [(one.mount_path or "").rstrip("/") for one in container.volume_mounts or () if not one.read_only]
    return tuple(path for path in WRITTEN if not any(_covers(mount, path) for mount in mounted))


def _covers(mount: str, path: str) -> bool:
    return path == mount or path.startswith(f"{mount}/")


def effective_user(spec: PodSpec, container: Container) -> tuple[int | None, str]:
    """The user that a container is told to run as, None for the image's own; and the field that decides."""
    own = container.security_context
    if own is not None and own.run_as_user is not None:
        return own.run_as_user, f"spec.containers[{container.name}].securityContext.runAsUser"
    pods = spec.security_context
    return (pods.run_as_user if pods else None), "spec.securityContext.runAsUser"


def must_not_be_root(spec: PodSpec, container: Container) -> bool:
    """Whether the kubelet refuses to start a container as root. The container's word counts before the pod's."""
    for context in (container.security_context, spec.security_context):
        if context is not None and context.run_as_non_root is not None:
            return context.run_as_non_root
    return False
