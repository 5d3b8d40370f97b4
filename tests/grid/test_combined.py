"""Three faults at once, on recorded Snapshots: each cause is told once, and none is invented."""

from __future__ import annotations

import os

import pytest

from tests.grid.combined import base, composable, together, triples
from tests.grid.verdict import expected, faults_of, found, judged

SEED = os.environ.get("GRID_SEED", "1")
NUMBER = 200


def test_the_healthy_cluster_has_none() -> None:
    assert found(judged(base()), ()) == set()


def test_put_onto_the_healthy_cluster_a_case_says_what_it_says_alone() -> None:
    # Not parametrized: to know which cases can be combined takes seconds, each time that tests are collected.
    said = {check: found(judged(together([check])), [check]) for check in composable()}
    assert said == {check: expected(check) for check in composable()}


def test_most_cases_can_be_combined() -> None:
    assert len(composable()) >= 45


@pytest.mark.computes
def test_three_at_once() -> None:
    wrong = {}
    for checks in triples(SEED, NUMBER):
        faults = faults_of(judged(together(checks)), checks)
        if faults:
            wrong[checks] = faults
    assert wrong == {}, f"GRID_SEED={SEED}"
