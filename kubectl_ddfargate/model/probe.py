"""What a probe would run where, and what came of it: the contract of `probe -o json`."""

from __future__ import annotations

from kubectl_ddfargate.model.report import API_VERSION, CheckResult, Finding, Part, UnreadPart


class ProbeTarget(Part, frozen=True, kw_only=True):
    """One container in which the probe runs."""

    workload: str
    """`deployment/coredns`."""
    namespace: str
    pod: str
    container: str


class ProbePlan(Part, frozen=True, kw_only=True):
    """What will run, before anybody is asked."""

    context: str | None
    server: str
    targets: tuple[ProbeTarget, ...]
    left_out: int
    """Containers of agents in which it does not run: over the limits, or not running themselves."""
    seconds: int
    """The longest that one container takes."""


class StepPart(Part, frozen=True, kw_only=True):
    """One thing that was tried."""

    step: str
    """`endpoint`, `proxy`, `resolve`, `tcp`, `tls`, `version` or `kubelet`."""
    result: str
    """`ok`, `failed` or `untested`."""
    code: str
    detail: str


class ProbedPod(Part, frozen=True, kw_only=True):
    """What one container answered."""

    target: ProbeTarget
    outcome: str
    """`answered`, `untestable`, `silent` or `unread`."""
    message: str
    steps: tuple[StepPart, ...]


class ProbeReport(Part, frozen=True, kw_only=True):
    """All of it, judged by the checks of what agents say (DDF8nn)."""

    api_version: str = API_VERSION
    kind: str = "ProbeReport"
    context: str | None
    server: str
    tool_version: str
    started_at: str
    duration_seconds: float
    requests: int
    pods: tuple[ProbedPod, ...]
    left_out: int
    checks: tuple[CheckResult, ...]
    findings: tuple[Finding, ...]
    unread: tuple[UnreadPart, ...]
