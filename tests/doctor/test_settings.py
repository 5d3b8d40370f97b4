"""`doctor -f`: the decisions of a settings file, beside those on the objects."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.doctor.running import Run, ddfargate

pytestmark = pytest.mark.computes

HEAD = "apiVersion: ddfargate/v1alpha1\nkind: Install\n"


def example(folder: Path, *entries: str, words: tuple[str, ...] = ("-o", "json")) -> Run:
    """`doctor --example` with these entries under `suppress`."""
    listed = "".join(f"  - {entry}\n" for entry in entries)
    (folder / "ddfargate.yaml").write_text(f"{HEAD}suppress:\n{listed}", encoding="utf-8")
    return ddfargate("doctor", "--example", "-f", "ddfargate.yaml", *words, folder=folder)


def test_a_decision_silences_all_findings_of_its_check_and_no_other(tmp_path: Path) -> None:
    before = ddfargate("doctor", "--example", "-o", "json").report
    run = example(tmp_path, "DDF319 until=2999-12-31 reason=batch jobs")
    told = {finding["id"]: finding["suppressedBy"] for finding in run.report["findings"]}
    assert told["DDF319"] == "ddfargate.yaml until 2999-12-31: batch jobs"
    assert {id_ for id_, by in told.items() if by} == {"DDF319"}
    assert run.status("DDF319") == "skip"
    summary = run.report["summary"]
    assert summary["suppressed"] == before["summary"]["suppressed"] + 1
    assert summary["warnings"] == before["summary"]["warnings"] - 1


def test_a_suppressed_error_is_no_bad_answer(tmp_path: Path) -> None:
    errors = ddfargate("doctor", "--example", "-o", "json").findings("error")
    run = example(tmp_path, *(f"{id_} reason=known" for id_ in errors))
    assert run.code == 0


def test_the_reason_and_the_day_stand_in_the_text(tmp_path: Path) -> None:
    run = example(tmp_path, "DDF319 until=2999-12-31 reason=batch jobs", words=("--show", "all"))
    assert "suppressed by ddfargate.yaml until 2999-12-31: batch jobs" in " ".join(run.out.split())


def test_past_its_day_the_finding_stands_and_says_so(tmp_path: Path) -> None:
    run = example(tmp_path, "DDF319 until=2026-01-31 reason=batch jobs")
    finding = next(one for one in run.report["findings"] if one["id"] == "DDF319")
    assert finding["suppressedBy"] is None
    assert finding["evidence"][-1] == {
        "object": "ddfargate.yaml",
        "path": "suppress",
        "observed": "a suppression that counted until 2026-01-31",
        "expected": "DDF319 until=YYYY-MM-DD reason=…, a day to come",
    }


@pytest.mark.parametrize("entry", ["DDF999 reason=x", "DDF319 until=soon reason=x"])
def test_an_entry_that_decides_nothing_is_named_and_nothing_is_judged(tmp_path: Path, entry: str) -> None:
    run = example(tmp_path, entry, words=())
    assert (run.code, run.out) == (2, "")
    assert "ddfargate.yaml: suppress: " in run.err
    assert entry.partition(" ")[0] in run.err


@pytest.mark.parametrize(
    "words",
    [
        ("--yes",),
        ("--restart",),
        ("--replace-existing",),
        ("--fix-kyverno-exclusions",),
        ("--force-conflicts",),
        ("--timeout", "5m"),
        ("--no-wait",),
        ("--dry-run",),
    ],
)
def test_the_manner_of_writing_goes_with_fix_only(words: tuple[str, ...]) -> None:
    run = ddfargate("doctor", "--example", *words)
    assert (run.code, run.out) == (2, "")
    others = "--wait or " if words[0] == "--timeout" else ""
    assert f"{words[0]}: only with {others}--fix" in run.err


def test_a_variable_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    run = ddfargate("doctor", "--example", env={"DDFARGATE_SERVICE_CIDR": "172.20"}, folder=tmp_path)
    assert (run.code, run.out) == (2, "")
    assert "DDFARGATE_SERVICE_CIDR: " in run.err
