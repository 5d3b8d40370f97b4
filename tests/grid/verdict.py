"""What must be found where several faults come together: each cause once, and none that is not there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from kubectl_ddfargate.checks import CHECKS
from kubectl_ddfargate.checks.runner import Outcome, run_checks
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.model.report import Category, Finding, Severity, Subject
from kubectl_ddfargate.model.snapshot import Snapshot
from tests.grid.combined import called
from tests.grid.recorded import first_cases

Found = set[tuple[str, str]]
"""Id and subject: `DDF401`, `deployment/coredns -n kube-system`."""

_HINTS = {check.id for check in CHECKS if check.category is Category.SIZE}
NO_CLUSTER_AGENT = "DDF201"
"""Without one, what is told of its settings and of the way to it does not matter."""


def judged(snapshot: Snapshot) -> Outcome:
    """All checks on a Snapshot."""
    return run_checks(Index(snapshot), CHECKS)


def expected(check: str) -> Found:
    """What the case of a check says."""
    named = called(check)
    return {
        (id_, subject.replace("/batch -n", f"/{named} -n"))
        for id_, subjects in first_cases()[check].expected.items()
        for subject in subjects
    }


def found(outcome: Outcome, about: Iterable[str]) -> Found:
    """What is worse than a note, and notes and hints that the cases are about."""
    own = set(about)
    return {(one.id, address(subject)) for one in outcome.findings if _counts(one, own) for subject in one.subjects}


def faults_of(outcome: Outcome, checks: Iterable[str]) -> list[str]:
    """What is wrong with what was found where the cases of these checks came together, in words; empty: nothing."""
    checks = tuple(checks)
    wanted = {check: expected(check) for check in checks}
    union = set().union(*wanted.values())
    seen = found(outcome, checks)
    ids, subjects = {id_ for id_, _ in union}, {subject for _, subject in union}
    # a cause may hit what another case adds, too
    invented = [f"invented: {one}" for one in seen - union if one[0] not in ids or one[1] not in subjects]
    hit = {subject for _, subject in seen}
    hidden = NO_CLUSTER_AGENT in {id_ for id_, _ in seen}
    # what follows from an earlier cause is not told beside it
    lost = [f"lost: {one}" for one in union - seen if one[1] not in hit and not hidden]
    told = Counter((one.id, one.message, address(subject)) for one in outcome.findings for subject in one.subjects)
    twice = [f"told twice: {one}" for one, times in told.items() if times > 1]
    crashed = [f"{result.id}: {result.reason}" for result in outcome.results if "crashed" in result.reason]
    return [*invented, *lost, *twice, *crashed]


def address(subject: Subject) -> str:
    """`deployment/coredns -n kube-system`."""
    place = f" -n {subject.namespace}" if subject.namespace else ""
    return f"{subject.kind.lower()}/{subject.name}{place}"


def _counts(finding: Finding, own: set[str]) -> bool:
    if finding.suppressed_by is not None:
        return False
    return finding.id in own or (finding.severity is not Severity.INFO and finding.id not in _HINTS)
