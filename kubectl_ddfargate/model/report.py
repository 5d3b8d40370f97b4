"""The report of `doctor`: the contract of the JSON output, and the only thing that renderers read."""

from __future__ import annotations

from enum import Enum

import msgspec

API_VERSION = "ddfargate/v1alpha1"


class Severity(str, Enum):
    """How bad a finding is. Error: telemetry is lost or the workload is at risk now."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Status(str, Enum):
    """What came of a check."""

    PASS = "pass"  # noqa: S105
    FAIL = "fail"
    SKIP = "skip"
    UNKNOWN = "unknown"


class Category(str, Enum):
    """The topics, in causal order: what stands first can cause what follows."""

    ACCESS = "access"
    DNS = "dns"
    ROUTE = "route"
    INJECTION = "injection"
    CREDENTIALS = "credentials"
    SETTINGS = "settings"
    SIZE = "size"
    FIT = "fit"
    RUNTIME = "runtime"


class Part(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The base of the report's parts. All keys are always there, so that scripts may rely on them."""


class Subject(Part, frozen=True, kw_only=True):
    """What a finding is about: the object that a user edits."""

    api_version: str
    kind: str
    namespace: str
    """Empty for what has none."""
    name: str
    pods: int | None = None
    """How many of its pods are concerned; None where it is no workload."""


class Evidence(Part, frozen=True, kw_only=True):
    """One thing seen, and what should be there."""

    object: str
    """`deployment/coredns -n kube-system`, as kubectl takes it."""
    path: str
    """A field path within the object."""
    observed: str
    expected: str


class Fix(Part, frozen=True, kw_only=True):
    """How to cure it."""

    commands: tuple[str, ...] = ()
    """Each can be pasted as it stands."""
    patch: str | None = None
    """YAML to put where the message says, where no single command does it."""
    by_install: bool = False
    """`kubectl ddfargate install` cures it."""
    replace_existing: bool = False
    """It needs `--replace-existing`: a policy of somebody else injects agents there today."""
    by_restart: bool = False
    """`kubectl ddfargate restart` cures it."""


class Finding(Part, frozen=True, kw_only=True):
    """One cause, with all that it hits."""

    id: str
    severity: Severity
    title: str
    message: str
    subjects: tuple[Subject, ...]
    evidence: tuple[Evidence, ...] = ()
    fix: Fix = Fix()
    docs: str = ""
    suppressed_by: str | None = None
    """The suppression that silences it."""


class CheckResult(Part, frozen=True, kw_only=True):
    """What came of one check."""

    id: str
    title: str
    category: Category
    severity: Severity
    status: Status
    reason: str = ""
    """Why it was skipped or is unknown."""


class Endpoint(Part, frozen=True, kw_only=True):
    """Where a workload's agents look for the cluster agent."""

    source: str
    """`url`, `service-env` or `none`."""
    value: str
    reaches: str
    """`cluster-agent`, `other`, `nothing` or `unknown`."""
    broken_at: str | None = None
    """The first broken link, in plain words."""


class Cost(Part, frozen=True, kw_only=True):
    """What the agent adds to the price of one pod, by the user's own prices."""

    monthly: str
    """In 730 hours: `9.01`."""
    currency: str
    region: str
    date: str
    """Of which day the prices are."""


class Size(Part, frozen=True, kw_only=True):
    """Fargate sizes, as `vCPU/GB`."""

    requested: str | None = None
    """What the pod as it runs needs by AWS's table, agent included."""
    without_agent: str | None = None
    """What the pod would need without the agent that it has; None where it has none."""
    provisioned: str | None = None
    """What AWS says that it gave."""
    with_agent: str | None = None
    """What the pod would need with the agent; None where it has one."""
    cost: Cost | None = None
    """What the agent's part of the size costs; None without a file of prices."""


class WorkloadRow(Part, frozen=True, kw_only=True):
    """One line of the workload table."""

    kind: str
    namespace: str
    name: str
    pods: int
    dns: str
    """`node`, `cluster`, `custom` or `host`."""
    agent: str
    """`none`, `sidecar`, `native-sidecar` or `several`."""
    agents: int
    """Pods that have an agent."""
    injected_by: str | None
    """`kyverno`, `admission-policy`, `datadog`, `template`, `unknown`; None without an agent."""
    endpoint: Endpoint
    size: Size


class UnreadPart(Part, frozen=True, kw_only=True):
    """Something that could not be read."""

    resource: str
    namespace: str | None
    verb: str
    reason: str


class Summary(Part, frozen=True, kw_only=True):
    """Checks by status, and findings by severity. Suppressed findings count only there."""

    passed: int = msgspec.field(name="pass")
    fail: int
    skip: int
    unknown: int
    suppressed: int
    errors: int
    warnings: int


class ScopePart(Part, frozen=True, kw_only=True):
    """What was looked at."""

    namespace: str | None = None
    selector: str | None = None


class Report(Part, frozen=True, kw_only=True):
    """The whole answer."""

    api_version: str = API_VERSION
    kind: str = "Report"
    context: str | None
    server: str
    server_version: str
    tool_version: str
    started_at: str
    duration_seconds: float
    requests: int
    scope: ScopePart
    answered: bool
    """False where the pods themselves could not be read: then nothing here is an answer."""
    fargate_pods: int
    cluster_agent: str
    """What was found of it, in one line; empty where it was not found or not looked for."""
    summary: Summary
    workloads: tuple[WorkloadRow, ...]
    checks: tuple[CheckResult, ...]
    findings: tuple[Finding, ...]
    unread: tuple[UnreadPart, ...]
