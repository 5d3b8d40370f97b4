"""Pods and what stands in their templates. Values of variables are redacted while they are decoded."""

from __future__ import annotations

import msgspec

from kubectl_ddfargate.model.kube.meta import Metadata, Nothing, Object, Record
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
    drop: list[str] | None = None


class SecurityContext(Record, frozen=True):
    """The security settings that Fargate or the agent cares about."""

    privileged: bool | None = None
    capabilities: Capabilities | None = None


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


class Volume(Record, frozen=True):
    """A volume, by the kinds that Fargate takes and those that it is known to refuse."""

    name: str = ""
    empty_dir: Nothing | None = None
    config_map: Nothing | None = None
    secret: Nothing | None = None
    projected: Nothing | None = None
    downward_api: Nothing | None = msgspec.field(default=None, name="downwardAPI")
    persistent_volume_claim: Nothing | None = None
    host_path: Nothing | None = None
    nfs: Nothing | None = None
    csi: Nothing | None = None
    ephemeral: Nothing | None = None
    iscsi: Nothing | None = None
    fc: Nothing | None = None
    aws_elastic_block_store: Nothing | None = None
    git_repo: Nothing | None = None
    image: Nothing | None = None


class DnsConfig(Record, frozen=True):
    """`spec.dnsConfig`."""

    nameservers: list[str] | None = None
    searches: list[str] | None = None


class PodSpec(Record, frozen=True):
    """`spec` of a pod or of a template."""

    node_name: str | None = None
    scheduler_name: str | None = None
    service_account_name: str | None = None
    automount_service_account_token: bool | None = None
    dns_policy: str | None = None
    dns_config: DnsConfig | None = None
    host_network: bool | None = None
    host_pid: bool | None = msgspec.field(default=None, name="hostPID")
    host_ipc: bool | None = msgspec.field(default=None, name="hostIPC")
    enable_service_links: bool | None = None
    share_process_namespace: bool | None = None
    containers: list[Container] | None = None
    init_containers: list[Container] | None = None
    volumes: list[Volume] | None = None

    def all_containers(self) -> list[Container]:
        """Init containers and containers, in the order of the spec."""
        return [*(self.init_containers or ()), *(self.containers or ())]


class Waiting(Record, frozen=True):
    """Why a container waits."""

    reason: str | None = None
    message: str | None = None


class Terminated(Record, frozen=True):
    """How a container ended."""

    reason: str | None = None
    exit_code: int | None = None
    message: str | None = None


class ContainerState(Record, frozen=True):
    """What a container does now, or did last."""

    waiting: Waiting | None = None
    terminated: Terminated | None = None
    running: Nothing | None = None


class ContainerStatus(Record, frozen=True):
    """The kubelet's word about one container."""

    name: str = ""
    ready: bool | None = None
    restart_count: int | None = None
    state: ContainerState | None = None
    last_state: ContainerState | None = None


class Condition(Record, frozen=True):
    """A condition of any object."""

    type: str = ""
    status: str | None = None
    reason: str | None = None
    message: str | None = None


class PodStatus(Record, frozen=True):
    """`status` of a pod."""

    phase: str | None = None
    conditions: list[Condition] | None = None
    pod_ip: str | None = msgspec.field(default=None, name="podIP")
    start_time: str | None = None
    container_statuses: list[ContainerStatus] | None = None
    init_container_statuses: list[ContainerStatus] | None = None


class Pod(Object, frozen=True):
    """A pod."""

    spec: PodSpec = msgspec.field(default_factory=PodSpec)
    status: PodStatus = msgspec.field(default_factory=PodStatus)

    def condition(self, kind: str) -> Condition | None:
        """The condition of this type, if it is reported."""
        return next((entry for entry in self.status.conditions or () if entry.type == kind), None)

    @property
    def ready(self) -> bool:
        """Whether the pod is Ready."""
        condition = self.condition("Ready")
        return condition is not None and condition.status == "True"

    @property
    def finished(self) -> bool:
        """Whether the pod has run to its end."""
        return self.status.phase in ("Succeeded", "Failed")


class PodTemplate(Record, frozen=True):
    """`spec.template` of a workload."""

    metadata: Metadata = msgspec.field(default_factory=Metadata)
    spec: PodSpec = msgspec.field(default_factory=PodSpec)
