"""A check is whole: text, a case in which it fires, one in which it does not, and a page in the docs."""

from __future__ import annotations

import pytest

from kubectl_ddfargate.checks import CHECKS, TOPICS, Check
from tests.checks.case import CASES

SECTIONS = ("Symptom:", "Why:", "Verified:", "Fix:", "Sources:")
each_check = pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)


@each_check
def test_page_has_all_sections(check: Check) -> None:
    assert [section for section in SECTIONS if section not in check.page] == []
    assert check.page.splitlines()[0].endswith(".")


@each_check
def test_has_a_case_that_fires_and_one_that_does_not(check: Check) -> None:
    names = [path.stem for path in (CASES / check.id).glob("*.yaml")]
    assert any(name.startswith("fires") for name in names), "no case in which it fires"
    assert any(name.startswith("clean") for name in names), "no case in which it is content"


def test_every_case_belongs_to_a_check() -> None:
    assert {path.name for path in CASES.iterdir()} <= {check.id for check in CHECKS}


def test_ids_and_titles_are_unique() -> None:
    for values in ([c.id for c in CHECKS], [c.title for c in CHECKS], [c.trouble for c in CHECKS]):
        assert len(values) == len(set(values))


def test_checks_stand_in_the_files_of_topics() -> None:
    homes = {check.judge.__module__ for check in CHECKS}
    assert homes == {topic.__name__ for topic in TOPICS}
