"""What was read of a cluster, and for all that could not be read, the reason.

A Snapshot is what live reading and a saved file both come to. It holds no credential (see `redaction`).
"""

from __future__ import annotations

from typing import Any

import msgspec

from kubectl_ddfargate.model.kinds import BY_KEY, Kind
from kubectl_ddfargate.model.kube.agent_words import AgentWords
from kubectl_ddfargate.model.kube.meta import Object, Record
from kubectl_ddfargate.model.kube.pod_sharing import PodSharing
from kubectl_ddfargate.model.kube.pods import Pod, PodSpec
from kubectl_ddfargate.model.prices import Prices

FORMAT = 1
"""The version of the snapshot file. It grows when an old reader would misread a new file."""

DECODE = "decode"
"""The verb of an Unread for an object that came and could not be understood."""


class Unread(Record, frozen=True):
    """Something that could not be read. `namespace` None means everywhere."""

    resource: str = ""
    """The API's plural."""
    key: str = ""
    """The `Kind.key`, where it is not the plural."""
    read_in: list[str] | None = None
    """Namespaces that could be read all the same."""
    verb: str = ""
    namespace: str | None = None
    name: str | None = None
    reason: str = ""


class Missing(Record, frozen=True):
    """A named object that was asked for and does not exist."""

    resource: str = ""
    namespace: str = ""
    name: str = ""


class AccessAnswer(Record, frozen=True):
    """Whether one ServiceAccount may do one thing, by the server's own review."""

    namespace: str = ""
    service_account: str = ""
    verb: str = ""
    resource: str = ""
    """`nodes/metrics` with its subresource."""
    allowed: bool = False


class Proof(Record, frozen=True):
    """What the server's dry-run made of one workload's template.

    `outcome`: `answered` (then `spec` is the pod as it would be created today), `refused` (the server or a
    webhook said no, see `message`), `forbidden` (the caller may not create pods there), `limited` (not asked:
    over the limit), `off` (proof was not wanted).
    """

    kind: str = ""
    namespace: str = ""
    name: str = ""
    outcome: str = "off"
    message: str | None = None
    spec: PodSpec | None = None
    deciding_labels: tuple[str, ...] | None = None
    """The keys of labels without which the server would add no agent; None where that was not tried."""
    unknown_labels: tuple[str, ...] = ()
    """The keys of those of which that is not known: left out over the limit, or their dry-run gave no pod."""


class ServerVersion(Record, frozen=True):
    """`/version`, as far as it is used."""

    major: str = ""
    minor: str = ""
    git_version: str = ""


class Scope(Record, frozen=True):
    """What was asked for: one namespace or all, and a label selector."""

    namespace: str | None = None
    selector: str | None = None


class Snapshot(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """Everything that the facts are worked out from."""

    tool_version: str = ""
    taken_at: str = ""
    """RFC 3339, UTC."""
    context: str | None = None
    server: str = ""
    server_version: ServerVersion | None = None
    scope: Scope = Scope()
    kubectl_flags: str = ""
    """The connection flags that a pasted kubectl command needs, quoted for a shell; never a credential."""
    groups: dict[str, list[str]] | None = None
    """Group version → plurals that it serves, for the kinds that doctor knows. None: discovery was refused."""
    objects: dict[str, list[Object]] = {}
    """`Kind.key` → records of that kind."""
    unread: list[Unread] = []
    missing: list[Missing] = []
    access: list[AccessAnswer] = []
    proofs: list[Proof] = []
    proof_wanted: bool | None = None
    """True: asked for. None: by default, where allowed. False: not wanted."""
    service_cidr: str | None = None
    """The service range, where the user told it."""
    prices: Prices | None = None
    """What Fargate costs, where the user told it."""
    agent_words: AgentWords | None = None
    """What agents say themselves, where they were asked (`--logs`, `probe`)."""

    def served(self, kind: Kind) -> bool:
        """Whether the cluster serves this kind, by discovery; taken for granted where discovery was refused."""
        return self.groups is None or self.as_served(kind) is not None

    def as_served(self, kind: Kind) -> Kind | None:
        """The kind in the best version that the cluster lists; None where it lists none, or nothing at all."""
        groups = self.groups or {}
        if kind.plural in groups.get(kind.api_version, ()):
            return kind
        for version in kind.older:
            if kind.plural in groups.get(f"{kind.group}/{version}", ()):
                return msgspec.structs.replace(kind, version=version)
        return None


def decode_snapshot(raw: bytes | msgspec.Raw) -> Snapshot:
    """A Snapshot from its JSON form. Raises `msgspec.DecodeError` where it is none."""
    shell = msgspec.json.decode(raw, type=_Shell)
    fields: dict[str, Any] = {name: getattr(shell, name) for name in shell.__struct_fields__}
    objects: dict[str, list[Object]] = {}
    pods = PodSharing()
    for key, items in shell.objects.items():
        kind = BY_KEY.get(key)
        if kind is None:
            raise msgspec.ValidationError(f"unknown kind {key!r}")
        if kind.record is Pod:
            objects[key] = [pods(came) for came in msgspec.json.decode(items, type=list[pods.wire])]  # type: ignore[name-defined]
        else:
            objects[key] = msgspec.json.decode(items, type=list[kind.record])  # type: ignore[name-defined]
    fields["objects"] = objects
    return Snapshot(**fields)


class _Shell(Snapshot, frozen=True, kw_only=True, rename="camel"):
    """A Snapshot whose objects wait for the type of their kind."""

    objects: dict[str, msgspec.Raw] = {}  # type: ignore[assignment]
