"""Every check × every kind that it needs, denied: where it fired it is unknown or still fires, never content."""

from __future__ import annotations

import pytest

from kubectl_ddfargate.checks import BY_ID, CHECKS
from kubectl_ddfargate.checks.runner import Outcome, run_checks
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.model.report import Severity, Status
from tests.grid.denied import without
from tests.grid.recorded import first_cases, recorded
from tests.grid.verdict import judged

NEEDS = {check.id: tuple(dict.fromkeys(kind.plural for kind in check.needs)) for check in CHECKS}
each_check = pytest.mark.parametrize("check", [check for check in NEEDS if NEEDS[check]])

OF_THE_WHOLE = "DDF301"
"""Says of all workloads that none would get an agent, by their dry-runs: as true where no cause can be seen."""


def loud(outcome: Outcome) -> set[tuple[str, str, str]]:
    """Id, namespace and name of the subjects of what is worse than a note."""
    return {
        (finding.id, subject.namespace, subject.name)
        for finding in outcome.findings
        if finding.severity is not Severity.INFO
        for subject in finding.subjects
    }


@pytest.mark.parametrize("check", first_cases())
def test_it_fires_on_its_snapshot(check: str) -> None:
    results = {result.id: result.status for result in judged(recorded(check)).results}
    assert results[check] is Status.FAIL, "record it anew: make grid-record"


@each_check
def test_a_kind_denied_never_makes_it_content(check: str) -> None:
    content = {}
    for plural in NEEDS[check]:
        (result,) = run_checks(Index(without(recorded(check), plural)), [BY_ID[check]]).results
        if result.status not in (Status.UNKNOWN, Status.FAIL):
            content[plural] = result.reason or result.status.value
    assert content == {}


@each_check
def test_a_kind_denied_invents_nothing(check: str) -> None:
    """Where a cause can no longer be seen, what follows from it may be told instead: of the same workloads."""
    whole = judged(recorded(check))
    invented = {plural: found for plural in NEEDS[check] if (found := _invented(whole, check, plural))}
    assert invented == {}


def _invented(whole: Outcome, check: str, plural: str) -> set[tuple[str, str, str]]:
    part = judged(without(recorded(check), plural))
    unknown = {result.id for result in part.results if result.status is Status.UNKNOWN}
    lost = {(place, name) for id_, place, name in loud(whole) - loud(part) if id_ in unknown}
    new = {(id_, place, name) for id_, place, name in loud(part) - loud(whole) if (place, name) not in lost}
    return {one for one in new if one[0] != OF_THE_WHOLE or not lost}
