"""Puts a report together: the outcome of the checks, the table of workloads, and what the run was."""

from __future__ import annotations

import time
from collections.abc import Sequence

import msgspec

from kubectl_ddfargate import __version__
from kubectl_ddfargate.checks import Check
from kubectl_ddfargate.checks.runner import Outcome, run_checks
from kubectl_ddfargate.checks.suppressions import NO_DECISIONS, Decisions
from kubectl_ddfargate.commands.by_install import with_install
from kubectl_ddfargate.commands.workload_table import workload_rows
from kubectl_ddfargate.facts.cluster_agent import cluster_agent, installer_of
from kubectl_ddfargate.facts.index import Index, NotReadError
from kubectl_ddfargate.model.kinds import PODS
from kubectl_ddfargate.model.report import Report, ScopePart, Severity, Status, Summary, UnreadPart
from kubectl_ddfargate.model.snapshot import Snapshot


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """What is different each time, and compared with nothing."""

    started_at: str
    started: float
    """By the monotonic clock, in seconds."""
    requests: int


def assemble(snapshot: Snapshot, checks: Sequence[Check], run: Run, decisions: Decisions = NO_DECISIONS) -> Report:
    """The report on one Snapshot. `decisions` are those of a settings file."""
    index = Index(snapshot)
    outcome = run_checks(index, checks, decisions)
    rows = workload_rows(index)
    version = snapshot.server_version
    unread = dict.fromkeys(
        UnreadPart(resource=entry.resource, namespace=entry.namespace, verb=entry.verb, reason=entry.reason)
        for entry in sorted(snapshot.unread, key=lambda e: (e.resource, e.namespace or "", e.name or ""))
    )
    return Report(
        context=snapshot.context,
        server=snapshot.server,
        server_version=version.git_version if version else "",
        tool_version=__version__,
        started_at=run.started_at,
        duration_seconds=round(time.monotonic() - run.started, 3),
        requests=run.requests,
        scope=ScopePart(namespace=snapshot.scope.namespace, selector=snapshot.scope.selector),
        answered=_answered(index),
        fargate_pods=sum(row.pods for row in rows),
        cluster_agent=_cluster_agent_line(index),
        summary=_summary(outcome),
        workloads=rows,
        checks=tuple(outcome.results),
        findings=tuple(with_install(index, outcome.findings)),
        unread=tuple(unread),
    )


def _answered(index: Index) -> bool:
    try:
        index.all(PODS)
    except NotReadError:
        return False
    return True


def _cluster_agent_line(index: Index) -> str:
    try:
        agent = cluster_agent(index)
    except NotReadError:
        return ""
    if agent is None:
        return ""
    name = agent.deployment.name if agent.deployment else "cluster agent"
    ready = f"{agent.ready_pods} of {len(agent.pods)} ready"
    return f"{agent.namespace}/{name}, {ready}, installed by {installer_of(agent)}"


def _summary(outcome: Outcome) -> Summary:
    counts = {status: sum(result.status is status for result in outcome.results) for status in Status}
    loud = [finding for finding in outcome.findings if finding.suppressed_by is None]
    return Summary(
        passed=counts[Status.PASS],
        fail=counts[Status.FAIL],
        skip=counts[Status.SKIP],
        unknown=counts[Status.UNKNOWN],
        suppressed=len(outcome.findings) - len(loud),
        errors=sum(finding.severity is Severity.ERROR for finding in loud),
        warnings=sum(finding.severity is Severity.WARNING for finding in loud),
    )
