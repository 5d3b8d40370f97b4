"""Which decisions silence a finding, and what is said of those that do not."""

from __future__ import annotations

import msgspec
import pytest

from kubectl_ddfargate.checks import BY_ID
from kubectl_ddfargate.checks.runner import run_checks
from kubectl_ddfargate.checks.suppressions import (
    NO_DECISIONS,
    Decisions,
    Suppression,
    parse,
    parse_all,
    with_decision,
)
from kubectl_ddfargate.commands.doctor import EXAMPLE
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.model.kube.meta import Annotations
from kubectl_ddfargate.model.report import Finding
from kubectl_ddfargate.snapshot_file import load


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("DDF319 reason=batch", [Suppression("DDF319", None, "batch")]),
        ("DDF319 until=2027-06-30 reason=a b; DDF101 reason=c", [
            Suppression("DDF319", "2027-06-30", "a b"),
            Suppression("DDF101", None, "c"),
        ]),
        ("DDF319", []),
        ("DDF319 reason=", []),
        ("DDF319 until=soon reason=x", []),
        ("DDF319 reason=x until=2027-06-30", []),
        ("DDF319 reason=<why>", []),
        ("DDF319 until=2027-02-30 reason=x", []),
        ("", []),
    ],
)  # fmt: skip
def test_parse(text: str, expected: list[Suppression]) -> None:
    assert parse(text) == expected


def test_a_new_decision_keeps_the_others() -> None:
    assert with_decision("DDF101 reason=a; DDF319", "DDF319", "b") == "DDF101 reason=a; DDF319 reason=b"


def test_where_all_must_parse_the_part_that_does_not_is_named() -> None:
    assert parse_all("DDF319 reason=a; DDF101 reason=b") == parse("DDF319 reason=a; DDF101 reason=b")
    with pytest.raises(ValueError, match=r"^DDF101$"):
        parse_all("DDF319 reason=a; DDF101")


def found_with(annotation: str | None, decisions: Decisions = NO_DECISIONS) -> list[Finding]:
    """The findings of DDF319 on the example, with an annotation on one of its workloads."""
    snapshot = load(EXAMPLE)
    silent = Annotations(suppress=annotation)
    workloads = [
        msgspec.structs.replace(item, metadata=msgspec.structs.replace(item.metadata, annotations=silent))
        if item.name == "metrics-server"
        else item
        for item in snapshot.objects["deployments"]
    ]
    changed = msgspec.structs.replace(snapshot, objects={**snapshot.objects, "deployments": workloads})
    return run_checks(Index(changed), [BY_ID["DDF319"]], decisions).findings


def test_a_decision_without_a_reason_is_told() -> None:
    found = found_with("DDF319")[0]
    assert found.suppressed_by is None
    assert "a suppression without a reason, or past its day" in [seen.observed for seen in found.evidence]


def of_the_file(until: str | None) -> Decisions:
    return Decisions("f.yaml", (Suppression("DDF319", until, "all of them"),))


def test_what_stands_on_the_object_is_told_before_the_file() -> None:
    found = found_with("DDF319 until=2999-12-31 reason=this one", of_the_file(None))
    own = "ddfargate/suppress on deployment/metrics-server -n kube-system until 2999-12-31: this one"
    assert [finding.suppressed_by for finding in found] == [own]


def test_the_file_counts_where_the_objects_day_is_past() -> None:
    found = found_with("DDF319 until=2020-12-31 reason=this one", of_the_file("2999-12-31"))
    assert [finding.suppressed_by for finding in found] == ["f.yaml until 2999-12-31: all of them"]


def test_past_the_files_day_the_object_still_counts() -> None:
    found = found_with("DDF319 reason=this one", of_the_file("2020-12-31"))
    own = "ddfargate/suppress on deployment/metrics-server -n kube-system: this one"
    assert [finding.suppressed_by for finding in found] == [own]


def test_a_file_about_another_check_changes_nothing() -> None:
    other = Decisions("f.yaml", (Suppression("DDF310", None, "all of them"),))
    assert found_with(None, other) == found_with(None)
