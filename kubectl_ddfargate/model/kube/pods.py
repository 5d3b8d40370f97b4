"""Pods, and the templates that they are made from."""

from __future__ import annotations

import msgspec

from kubectl_ddfargate.model.kube.containers import Container, EnvVar, Port
from kubectl_ddfargate.model.kube.meta import Metadata, Nothing, Object, Record
from kubectl_ddfargate.model.kube.status import Condition, ContainerStatus, PodStatus


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


class HostAlias(Record, frozen=True):
    """A line of the pod's own `/etc/hosts`."""

    ip: str | None = None
    hostnames: list[str] | None = None


class PodSecurityContext(Record, frozen=True):
    """What a pod sets for all of its containers that do not say otherwise."""

    run_as_user: int | None = None
    run_as_non_root: bool | None = None


class PodSpec(Record, frozen=True):
    """`spec` of a pod or of a template."""

    node_name: str | None = None
    scheduler_name: str | None = None
    service_account_name: str | None = None
    automount_service_account_token: bool | None = None
    dns_policy: str | None = None
    dns_config: DnsConfig | None = None
    host_aliases: list[HostAlias] | None = None
    host_network: bool | None = None
    host_pid: bool | None = msgspec.field(default=None, name="hostPID")
    host_ipc: bool | None = msgspec.field(default=None, name="hostIPC")
    enable_service_links: bool | None = None
    share_process_namespace: bool | None = None
    security_context: PodSecurityContext | None = None
    containers: list[Container] | None = None
    init_containers: list[Container] | None = None
    volumes: list[Volume] | None = None

    # Pods share their specs, so what is worked out for one is remembered by identity (`facts/per_spec.py`).
    __hash__ = object.__hash__

    def all_containers(self) -> list[Container]:
        """Init containers and containers, in the order of the spec."""
        return [*(self.init_containers or ()), *(self.containers or ())]


class Pod(Object, frozen=True):
    """A pod. Its spec may be shared with others of its workload, so what is its own stands beside it."""

    spec: PodSpec = msgspec.field(default_factory=PodSpec)
    status: PodStatus = msgspec.field(default_factory=PodStatus)
    node: str | None = None
    """`spec.nodeName`."""

    def __post_init__(self) -> None:
        """Take the node out of the spec."""
        if self.spec.node_name is not None:
            msgspec.structs.force_setattr(self, "node", self.spec.node_name)
            msgspec.structs.force_setattr(self, "spec", msgspec.structs.replace(self.spec, node_name=None))

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


__all__ = ["Container", "ContainerStatus", "EnvVar", "Pod", "PodSpec", "PodTemplate", "Port"]
