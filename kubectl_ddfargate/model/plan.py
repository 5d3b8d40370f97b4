"""A plan: what `install` or `uninstall` would do, object by object. The contract of `-o json` of `diff`.

Exactly what a plan shows is applied. Diffs hold no value of a Secret.
"""

from __future__ import annotations

from enum import Enum

from kubectl_ddfargate.model.report import API_VERSION, Part


class Op(str, Enum):
    """What is done to one object."""

    CREATE = "create"
    UPDATE = "update"
    SAME = "same"
    DELETE = "delete"
    CONFLICT = "conflict"
    """Another field manager holds a field that we want."""
    BLOCKED = "blocked"
    """It cannot be done, see `message`."""

    @property
    def writes(self) -> bool:
        """Whether something would be written."""
        return self in (Op.CREATE, Op.UPDATE, Op.DELETE)


class PlannedObject(Part, frozen=True, kw_only=True):
    """Which object."""

    api_version: str
    kind: str
    namespace: str
    name: str


class Change(Part, frozen=True, kw_only=True):
    """One object of the plan."""

    object: PlannedObject
    op: Op
    why: str
    owner: str = ""
    """Who else manages it: `helm`, `argocd`, a field manager; empty for nobody."""
    message: str = ""
    """Why it is blocked, or which fields are in conflict."""
    validated: bool = True
    """False: the server could not check it yet (its namespace does not exist yet)."""
    diff: str = ""
    """Unified diff, live against what it would be, with every line of both."""
    backup: str = ""
    """The file into which it is saved before it goes."""

    @property
    def address(self) -> str:
        """`service/datadog-cluster-agent-fixed -n datadog`."""
        where = f" -n {self.object.namespace}" if self.object.namespace else ""
        return f"{self.object.kind.lower()}/{self.object.name}{where}"


class PlannedTarget(Part, frozen=True, kw_only=True):
    """A workload that the policy takes, and how."""

    namespace: str
    kind: str
    name: str
    pods: int
    rule: str
    """`label eks.amazonaws.com/fargate-profile in kube-system`."""
    size_today: str | None = None
    """The size that Fargate gives each pod, as `vCPU/GB`: `0.25/0.5`. None where it is not known."""
    size_with_agent: str | None = None
    """The size with the agent. None where it is not known, or where no size is large enough."""


class NoteLevel(str, Enum):
    """How much a note matters."""

    INFO = "info"
    WARNING = "warning"
    BLOCK = "block"
    """Nothing is written while this holds."""


class Note(Part, frozen=True, kw_only=True):
    """Something that the reader must know, with what to do."""

    level: NoteLevel
    text: str
    commands: tuple[str, ...] = ()
    """Each can be pasted as it stands."""
    values: str = ""
    """YAML or JSON for another owner: Helm values, an add-on's configuration, a patch."""


class ValueOrigin(Part, frozen=True, kw_only=True):
    """A settled value and where it came from."""

    name: str
    value: str
    source: str


class Plan(Part, frozen=True, kw_only=True):
    """The whole plan."""

    api_version: str = API_VERSION
    kind: str = "Plan"
    action: str = "install"
    """`install` or `uninstall`."""
    context: str | None
    server: str
    injector: str = ""
    injector_why: str = ""
    address: str = ""
    """The fixed address, with its band: for the first line."""
    changes: tuple[Change, ...] = ()
    targets: tuple[PlannedTarget, ...] = ()
    notes: tuple[Note, ...] = ()
    origins: tuple[ValueOrigin, ...] = ()
    cures: tuple[str, ...] = ()
    """The ids of doctor's findings that this plan cures."""
    restarts: tuple[str, ...] = ()
    """Workloads whose pods are older than the policy would be, in the order of a restart."""
    restarts_asked: bool = False
    """With --restart: the restarts follow once the policy is proved. False: they are only named."""

    @property
    def blocked(self) -> bool:
        """Whether something keeps the whole plan from being applied."""
        return any(note.level is NoteLevel.BLOCK for note in self.notes) or any(
            change.op in (Op.CONFLICT, Op.BLOCKED) for change in self.changes
        )

    @property
    def writes(self) -> bool:
        """Whether anything would be written."""
        return any(change.op.writes for change in self.changes)
