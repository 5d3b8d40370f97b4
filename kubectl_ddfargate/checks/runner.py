"""Runs checks over a Snapshot and folds what they find: one cause, one finding.

A check that cannot read, crashes, or says nothing is unknown, never green.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from kubectl_ddfargate.checks.registry import Check, Problem
from kubectl_ddfargate.checks.subjects import subjects_of
from kubectl_ddfargate.checks.suppressions import (
    NO_DECISIONS,
    Decisions,
    not_heeded,
    past_their_day,
    silenced_by,
)
from kubectl_ddfargate.facts.index import Index, NotProvedError, NotReadError
from kubectl_ddfargate.model.report import CheckResult, Evidence, Finding, Fix, Severity, Status, Subject


class Outcome(msgspec.Struct):
    """What came of several checks."""

    results: list[CheckResult] = msgspec.field(default_factory=list)
    findings: list[Finding] = msgspec.field(default_factory=list)


class _Judged(msgspec.Struct):
    """What one check said about all that it looked at."""

    looked: int = 0
    problems: list[tuple[Problem, tuple[Subject, ...]]] = msgspec.field(default_factory=list)
    unknown: dict[str, None] = msgspec.field(default_factory=dict)
    unproved: dict[str, None] = msgspec.field(default_factory=dict)


def run_checks(index: Index, checks: Iterable[Check], decisions: Decisions = NO_DECISIONS) -> Outcome:
    """Judge a Snapshot. The order of findings is that of the checks, then of the subjects."""
    outcome = Outcome()
    for check in checks:
        judged = _judge(index, check)
        findings = _fold(index, check, judged, decisions)
        outcome.findings += findings
        outcome.results.append(_result(check, judged, findings))
    return outcome


def _judge(index: Index, check: Check) -> _Judged:
    judged = _Judged()
    things: Iterator[Any] = iter(())
    try:
        things = iter(check.over(index))
    except NotReadError as error:
        judged.unknown[str(error)] = None
    except Exception as error:  # noqa: BLE001  a crash must not pass for "nothing found"
        judged.unknown[_crash(error)] = None
    while True:
        try:
            thing = next(things)
        except StopIteration:
            return judged
        except NotReadError as error:
            judged.unknown[str(error)] = None
            return judged
        except Exception as error:  # noqa: BLE001  see above
            judged.unknown[_crash(error)] = None
            return judged
        judged.looked += 1
        _judge_one(index, check, thing, judged)


def _judge_one(index: Index, check: Check, thing: Any, judged: _Judged) -> None:
    try:
        problem = check.judge(index, thing)
    except NotReadError as error:
        judged.unknown[str(error)] = None
    except NotProvedError as error:
        (judged.unproved if error.by_choice else judged.unknown)[str(error)] = None
    except Exception as error:  # noqa: BLE001  see above
        judged.unknown[_crash(error)] = None
    else:
        if problem is not None:
            pods = len(problem.pods) if problem.pods is not None else None
            named = problem.subjects if problem.subjects is not None else subjects_of(thing, pods)
            judged.problems.append((problem, named))


def _crash(error: Exception) -> str:
    """The kind of a crash and its place. Its text may hold anything that was read, so it is not shown."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f", line {trace.tb_lineno} of {trace.tb_frame.f_globals.get('__name__')}" if trace else ""
    return f"the check crashed: {type(error).__name__}{where}"


def _fold(index: Index, check: Check, judged: _Judged, decisions: Decisions) -> list[Finding]:
    causes: dict[tuple[Severity, str], list[tuple[Problem, tuple[Subject, ...]]]] = {}
    for problem, subjects in judged.problems:
        severity = problem.severity or check.severity
        causes.setdefault((severity, problem.cause or problem.message), []).append((problem, subjects))
    findings: list[Finding] = []
    for (severity, _), members in causes.items():
        silenced: dict[str | None, list[tuple[Problem, tuple[Subject, ...]]]] = {}
        for problem, subjects in members:
            reason = silenced_by(index, check.id, subjects, decisions)
            silenced.setdefault(reason, []).append((problem, subjects))
        for reason, part in silenced.items():
            unheeded = () if reason else past_their_day(check.id, decisions)
            findings.append(_finding(index, check, severity, part, reason=reason, unheeded=unheeded))
    return findings


def _finding(
    index: Index,
    check: Check,
    severity: Severity,
    members: list[tuple[Problem, tuple[Subject, ...]]],
    *,
    reason: str | None,
    unheeded: tuple[Evidence, ...],
) -> Finding:
    first = members[0][0]
    counts: dict[tuple[str, str, str, str], Subject] = {}
    for _, subjects in members:
        for subject in subjects:
            key = (subject.namespace, subject.kind, subject.name, subject.api_version)
            counts[key] = _sum(counts.get(key), subject)
    return Finding(
        id=check.id,
        severity=severity,
        title=check.trouble,
        message=first.message,
        subjects=tuple(counts[key] for key in sorted(counts)),
        evidence=tuple(dict.fromkeys(seen for problem, _ in members for seen in problem.evidence))
        + tuple(seen for subject in counts.values() if (seen := not_heeded(index, check.id, subject)))
        + unheeded,
        fix=Fix(
            commands=tuple(dict.fromkeys(c for problem, _ in members for c in problem.fix.commands)),
            patch=next((problem.fix.patch for problem, _ in members if problem.fix.patch), None),
            by_install=any(problem.fix.by_install for problem, _ in members),
            by_restart=any(problem.fix.by_restart for problem, _ in members),
        ),
        docs=check.docs,
        suppressed_by=reason,
    )


def _sum(known: Subject | None, more: Subject) -> Subject:
    if known is None or known.pods is None or more.pods is None:
        return known or more
    total = known.pods + more.pods
    return Subject(
        api_version=more.api_version, kind=more.kind, namespace=more.namespace, name=more.name, pods=total
    )


def _result(check: Check, judged: _Judged, findings: list[Finding]) -> CheckResult:
    unknown, unproved = "; ".join(judged.unknown), "; ".join(judged.unproved)
    if any(finding.suppressed_by is None for finding in findings):
        # A finding stands; what stayed unknown beside it is said, and keeps the report from being whole.
        status, reason = Status.FAIL, unknown
    elif judged.unknown:
        status, reason = Status.UNKNOWN, unknown
    elif findings:
        status, reason = Status.SKIP, "suppressed"
    elif judged.unproved:
        status, reason = Status.SKIP, unproved
    elif not judged.looked:
        status, reason = Status.SKIP, check.nothing
    else:
        status, reason = Status.PASS, ""
    return CheckResult(
        id=check.id,
        title=check.title,
        category=check.category,
        severity=check.severity,
        status=status,
        reason=reason,
    )
