"""What all objects share: names, owners, and the few annotations that mean something here."""

from __future__ import annotations

import msgspec

from kubectl_ddfargate.model.last_applied import LastApplied, read_last_applied
from kubectl_ddfargate.model.secret_words import clean_message


class Record(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True, gc=False):
    """The base of all records: immutable, and out of the collector's sight (they hold no cycles)."""


class Nothing(Record, frozen=True):
    """A value whose presence matters and whose content is not read."""


class Told(Record, frozen=True):
    """Something that somebody said. What stands in a message may come from anywhere, so it is cleaned."""

    message: str | None = None

    def __post_init__(self) -> None:
        """Clean."""
        if self.message is not None:
            msgspec.structs.force_setattr(self, "message", clean_message(self.message))


class OwnerReference(Record, frozen=True):
    """Who made this object."""

    api_version: str | None = None
    kind: str | None = None
    name: str | None = None
    uid: str | None = None
    controller: bool | None = None


class Annotations(Record, frozen=True, rename=None):
    """The annotations that are read. All others are dropped while decoding."""

    capacity_provisioned: str | None = msgspec.field(default=None, name="CapacityProvisioned")
    suppress: str | None = msgspec.field(default=None, name="ddfargate/suppress")
    autogen: str | None = msgspec.field(default=None, name="pod-policies.kyverno.io/autogen-controllers")
    """For which controllers' templates Kyverno writes the rules of a policy anew."""
    limit_ranger: str | None = msgspec.field(default=None, name="kubernetes.io/limit-ranger")
    """What a LimitRange added to the containers of a pod."""
    skipped: str | None = msgspec.field(default=None, name="internal.agent.datadoghq.com/sidecar-injection-error")
    """Why Datadog's own webhook left a pod out."""
    pod_sg: str | None = msgspec.field(default=None, name="fargate.amazonaws.com/pod-sg")
    """The security groups of a pod, where a SecurityGroupPolicy chose them."""
    last_applied_text: str | None = msgspec.field(
        default=None, name="kubectl.kubernetes.io/last-applied-configuration"
    )
    last_applied: LastApplied | None = None

    def __post_init__(self) -> None:
        """Turn the second copy of the object into what is needed of it."""
        if self.last_applied_text is not None:
            msgspec.structs.force_setattr(self, "last_applied", read_last_applied(self.last_applied_text))
            msgspec.structs.force_setattr(self, "last_applied_text", None)


class OwnedSpec(Record, frozen=True):
    """Which fields of `spec` one manager owns; presence only."""

    containers: dict[str, Nothing] | None = msgspec.field(default=None, name="f:containers")
    init_containers: dict[str, Nothing] | None = msgspec.field(default=None, name="f:initContainers")
    cluster_ip: Nothing | None = msgspec.field(default=None, name="f:clusterIP")


class OwnedFields(Record, frozen=True):
    """The top of `fieldsV1`."""

    spec: OwnedSpec | None = msgspec.field(default=None, name="f:spec")


class ManagedFields(Record, frozen=True):
    """One entry of `metadata.managedFields`: who wrote which fields."""

    manager: str | None = None
    fields: OwnedFields | None = msgspec.field(default=None, name="fieldsV1")


class Metadata(Record, frozen=True):
    """`metadata`, slim."""

    name: str = ""
    generate_name: str | None = None
    namespace: str | None = None
    uid: str | None = None
    labels: dict[str, str] | None = None
    annotations: Annotations | None = None
    owner_references: list[OwnerReference] | None = None
    managed_fields: list[ManagedFields] | None = None
    creation_timestamp: str | None = None
    deletion_timestamp: str | None = None

    def owner(self) -> OwnerReference | None:
        """The controller of this object, if it has one."""
        return next((owner for owner in self.owner_references or () if owner.controller), None)


class Object(Record, frozen=True):
    """Anything with metadata."""

    metadata: Metadata = msgspec.field(default_factory=Metadata)

    __hash__ = object.__hash__  # facts about an object are remembered by its identity

    @property
    def name(self) -> str:
        """`metadata.name`."""
        return self.metadata.name

    @property
    def namespace(self) -> str:
        """`metadata.namespace`; empty for what has none."""
        return self.metadata.namespace or ""

    @property
    def labels(self) -> dict[str, str]:
        """`metadata.labels`, never None."""
        return self.metadata.labels or {}


class LabelExpression(Record, frozen=True):
    """One entry of `matchExpressions`."""

    key: str = ""
    operator: str = ""
    values: list[str] | None = None


class LabelSelector(Record, frozen=True):
    """A label selector; an empty one selects everything."""

    match_labels: dict[str, str] | None = None
    match_expressions: list[LabelExpression] | None = None
