"""Kyverno itself: its configuration, and the Deployment that answers admission requests."""

from __future__ import annotations

import msgspec

from kubectl_ddfargate.model.kube.meta import Object, Record

CONFIG_KEYS = ("resourceFilters", "webhooks", "excludeGroups", "excludeUsernames")
"""The keys of Kyverno's ConfigMap that decide which requests its policies get to see."""
CONFIG_VARIABLE = "INIT_CONFIG"
"""Names the ConfigMap to the admission controller."""


class KyvernoConfig(Object, frozen=True):
    """Kyverno's ConfigMap: what decides which requests it sees."""

    data: dict[str, str] | None = None

    def __post_init__(self) -> None:
        """Drop the other keys."""
        if self.data is not None:
            kept = {key: value for key, value in self.data.items() if key in CONFIG_KEYS}
            msgspec.structs.force_setattr(self, "data", kept)


class ControllerVariable(Record, frozen=True):
    """A variable of Kyverno's own container; only one value is of interest."""

    name: str = ""
    value: str | None = None

    def __post_init__(self) -> None:
        """Drop the value of every other variable."""
        if self.name != CONFIG_VARIABLE:
            msgspec.structs.force_setattr(self, "value", None)


class ControllerContainer(Record, frozen=True):
    """A container of Kyverno."""

    name: str = ""
    image: str | None = None
    env: list[ControllerVariable] | None = None


class ControllerPod(Record, frozen=True):
    """`spec.template.spec`."""

    containers: list[ControllerContainer] | None = None


class ControllerTemplate(Record, frozen=True):
    """`spec.template`."""

    spec: ControllerPod = msgspec.field(default_factory=ControllerPod)


class ControllerSpec(Record, frozen=True):
    """`spec`."""

    replicas: int | None = None
    template: ControllerTemplate = msgspec.field(default_factory=ControllerTemplate)


class ControllerStatus(Record, frozen=True):
    """`status`."""

    ready_replicas: int | None = None


class KyvernoController(Object, frozen=True):
    """The Deployment of Kyverno's admission controller."""

    spec: ControllerSpec = msgspec.field(default_factory=ControllerSpec)
    status: ControllerStatus = msgspec.field(default_factory=ControllerStatus)

    @property
    def container(self) -> ControllerContainer | None:
        """The container that answers; None where this is another engine's admission controller."""
        return next((one for one in self.spec.template.spec.containers or () if _is_kyverno(one)), None)

    @property
    def config_map(self) -> str | None:
        """The name of its ConfigMap, as it is told to it."""
        env = (self.container.env if self.container else None) or ()
        return next((one.value for one in env if one.name == CONFIG_VARIABLE and one.value), None)


def _is_kyverno(container: ControllerContainer) -> bool:
    repository = (container.image or "").partition("@")[0].rpartition("/")[2].partition(":")[0]
    return "kyverno" in (container.name, repository)
