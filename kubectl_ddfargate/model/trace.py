"""The chain of one workload, from its template to the cluster agent: the contract of `doctor TYPE/NAME -o json`."""

from __future__ import annotations

from enum import Enum

from kubectl_ddfargate.model.report import API_VERSION, Finding, Part, Subject


class StepState(str, Enum):
    """What is known of one step."""

    GOOD = "good"
    BROKEN = "broken"
    WARNING = "warning"
    NOTE = "note"
    UNKNOWN = "unknown"


class Verdict(str, Enum):
    """What comes of the whole chain."""

    GOOD = "good"
    BROKEN = "broken"
    NO_AGENT = "no-agent"
    """The pods have none, and new ones would get none."""
    UNKNOWN = "unknown"
    """No step is broken as far as was seen, and not everything could be looked at."""


class Line(Part, frozen=True, kw_only=True):
    """One thing that was seen at a step."""

    subject: str
    """An object, or a part of one: `1  MutatingAdmissionPolicy/ddfargate-agent-sidecar`."""
    says: str


class Step(Part, frozen=True, kw_only=True):
    """One step of the chain."""

    name: str
    state: StepState
    lines: tuple[Line, ...] = ()
    findings: tuple[str, ...] = ()
    """Ids of the findings that this step is about."""
    after_break: bool = False
    """An earlier step is broken, so that this one may not matter yet."""


class Trace(Part, frozen=True, kw_only=True):
    """One workload, end to end."""

    api_version: str = API_VERSION
    kind: str = "Trace"
    context: str | None
    server: str
    server_version: str
    tool_version: str
    started_at: str
    workload: Subject
    dns: str
    """`node`, `cluster`, `custom` or `host`."""
    profile: str
    """The Fargate profile; empty where no pod tells."""
    steps: tuple[Step, ...]
    verdict: Verdict
    broken_at: str | None
    """The name of the first broken step."""
    findings: tuple[Finding, ...]
    """Those that concern this workload, as in a report."""
