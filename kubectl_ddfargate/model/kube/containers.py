"""Containers, as templates and pods hold them. Values of variables are redacted while they are decoded."""

from __future__ import annotations

import msgspec

from kubectl_ddfargate.model.kube.meta import Nothing, Record
from kubectl_ddfargate.model.redaction import CREDENTIAL_VARIABLES, SecretMark, is_reference, mark, readable


class KeyRef(Record, frozen=True):
    """A reference to one key of a Secret or ConfigMap."""

    name: str | None = None
    key: str | None = None
    optional: bool | None = None


class FieldRef(Record, frozen=True):
    """A reference to a field of the pod itself (the downward API)."""

    field_path: str | None = None


class ValueFrom(Record, frozen=True):
    """Where a variable's value comes from."""

    secret_key_ref: KeyRef | None = None
    config_map_key_ref: KeyRef | None = None
    field_ref: FieldRef | None = None
    resource_field_ref: Nothing | None = None


class EnvVar(Record, frozen=True):
    """A variable of a container. `value` is there only where it may be read (see `redaction`)."""

    name: str = ""
    value: str | None = None
    value_from: ValueFrom | None = None
    literal: SecretMark | None = None
    """Set where a credential stands in clear."""
    hidden: bool = False
    """A value stands there that was not kept."""

    def __post_init__(self) -> None:
        """Drop what must not be kept."""
        value = self.value
        if value is None:
            return
        if self.name in CREDENTIAL_VARIABLES and value and not is_reference(value):
            msgspec.structs.force_setattr(self, "literal", mark(value))
        kept = value if is_reference(value) else readable(self.name, value)
        msgspec.structs.force_setattr(self, "value", kept)
        if kept is None:
            msgspec.structs.force_setattr(self, "hidden", True)


class EnvSource(Record, frozen=True):
    """One entry of `envFrom`: a whole ConfigMap or Secret as variables."""

    prefix: str | None = None
    secret_ref: KeyRef | None = None
    config_map_ref: KeyRef | None = None


class Capabilities(Record, frozen=True):
    """Linux capabilities asked for."""

    add: list[str] | None = None


class SecurityContext(Record, frozen=True):
    """The security settings that Fargate or the agent cares about."""

    privileged: bool | None = None
    capabilities: Capabilities | None = None
    run_as_user: int | None = None
    run_as_non_root: bool | None = None
    read_only_root_filesystem: bool | None = None


class Port(Record, frozen=True):
    """A port of a container or of a Service's endpoints."""

    name: str | None = None
    container_port: int | None = None
    host_port: int | None = None
    protocol: str | None = None


class Resources(Record, frozen=True):
    """Requests and limits, as quantities in Kubernetes' own text form. A number may stand there too."""

    requests: dict[str, str | int | float] | None = None
    limits: dict[str, str | int | float] | None = None


class VolumeMount(Record, frozen=True):
    """Where a volume is mounted."""

    name: str = ""
    mount_path: str | None = None
    read_only: bool | None = None


class Container(Record, frozen=True):
    """A container of a pod."""

    name: str = ""
    image: str | None = None
    env: list[EnvVar] | None = None
    env_from: list[EnvSource] | None = None
    ports: list[Port] | None = None
    resources: Resources | None = None
    security_context: SecurityContext | None = None
    volume_mounts: list[VolumeMount] | None = None
    restart_policy: str | None = None
    """`Always` on an init container makes it a native sidecar."""

    __hash__ = object.__hash__  # as of a PodSpec
