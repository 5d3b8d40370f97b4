"""What is read of a workload and its pods while they are rolled out."""

from __future__ import annotations

import msgspec

from kubectl_ddfargate.model.kube.meta import LabelSelector, OwnerReference, Record
from kubectl_ddfargate.model.kube.pods import Pod, PodSpec
from kubectl_ddfargate.model.kube.status import Condition, PodStatus
from kubectl_ddfargate.model.kube.workloads import Strategy

RESTARTED_AT = "kubectl.kubernetes.io/restartedAt"
"""kubectl's own annotation of a template: a new value makes new pods."""
FORMER_SETTLE = "ddfargate/former-min-ready-seconds"
"""Of a workload that we roll: its `minReadySeconds` before, a number or `null`."""


class Annotations(Record, frozen=True, rename=None):
    """The annotations that matter here."""

    restarted_at: str | None = msgspec.field(default=None, name=RESTARTED_AT)
    former_settle: str | None = msgspec.field(default=None, name=FORMER_SETTLE)


class Meta(Record, frozen=True):
    """`metadata` of anything."""

    name: str = ""
    uid: str = ""
    generation: int = 0
    labels: dict[str, str] | None = None
    annotations: Annotations | None = None
    owner_references: list[OwnerReference] | None = None
    deletion_timestamp: str | None = None

    @property
    def restarted_at(self) -> str | None:
        """The annotation's value."""
        return self.annotations.restarted_at if self.annotations else None

    @property
    def former_settle(self) -> str | None:
        """The annotation's value."""
        return self.annotations.former_settle if self.annotations else None


class Template(Record, frozen=True):
    """`spec.template`, as far as a restart changes it."""

    metadata: Meta = Meta()


class Spec(Record, frozen=True):
    """`spec` of a Deployment or StatefulSet."""

    replicas: int | None = None
    min_ready_seconds: int | None = None
    progress_deadline_seconds: int | None = None
    selector: LabelSelector | None = None
    strategy: Strategy | None = None
    update_strategy: Strategy | None = None
    template: Template = Template()


class Status(Record, frozen=True):
    """`status` of a Deployment or StatefulSet."""

    observed_generation: int = 0
    replicas: int = 0
    updated_replicas: int = 0
    ready_replicas: int = 0
    available_replicas: int = 0
    current_revision: str = ""
    update_revision: str = ""
    conditions: list[Condition] | None = None


class Rolled(Record, frozen=True):
    """A Deployment or StatefulSet that is rolled out."""

    metadata: Meta = Meta()
    spec: Spec = Spec()
    status: Status = Status()

    @property
    def replicas(self) -> int:
        """How many pods are wanted."""
        return 1 if self.spec.replicas is None else self.spec.replicas

    def condition(self, kind: str) -> Condition | None:
        """The condition of this type."""
        return next((entry for entry in self.status.conditions or () if entry.type == kind), None)


class RolledPod(Record, frozen=True):
    """One of its pods."""

    metadata: Meta = Meta()
    spec: PodSpec = msgspec.field(default_factory=PodSpec)
    status: PodStatus = msgspec.field(default_factory=PodStatus)

    def as_pod(self) -> Pod:
        """The same for the facts, which ask for nothing but containers and their states."""
        return Pod(spec=self.spec, status=self.status)
