"""What the kubelet and the scheduler say of a pod. Their messages are cleaned while they are decoded."""

from __future__ import annotations

import msgspec

from kubectl_ddfargate.model.kube.meta import Record, Told


class Waiting(Told, frozen=True):
    """Why a container waits."""

    reason: str | None = None


class Terminated(Record, frozen=True):
    """How a container ended. Its message is left out: it may be the end of a log."""

    reason: str | None = None
    exit_code: int | None = None


class Running(Record, frozen=True):
    """Since when a container runs."""

    started_at: str | None = None


class ContainerState(Record, frozen=True):
    """What a container does now, or did last."""

    waiting: Waiting | None = None
    terminated: Terminated | None = None
    running: Running | None = None


class ContainerStatus(Record, frozen=True):
    """The kubelet's word about one container."""

    name: str = ""
    ready: bool | None = None
    restart_count: int | None = None
    state: ContainerState | None = None
    last_state: ContainerState | None = None


class Condition(Told, frozen=True):
    """A condition of any object."""

    type: str = ""
    status: str | None = None
    reason: str | None = None


class PodStatus(Record, frozen=True):
    """`status` of a pod."""

    phase: str | None = None
    conditions: list[Condition] | None = None
    pod_ip: str | None = msgspec.field(default=None, name="podIP")
    container_statuses: list[ContainerStatus] | None = None
    init_container_statuses: list[ContainerStatus] | None = None
