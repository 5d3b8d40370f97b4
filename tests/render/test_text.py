"""The text report, as golden files: `UPDATE_GOLDEN=1 pytest tests/render` rewrites them, then read the diff."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import msgspec
import pytest

from kubectl_ddfargate.model.report import Category, Finding, Fix, Report, ScopePart, Severity, Size, Status
from kubectl_ddfargate.render.formats import renderer
from kubectl_ddfargate.render.presentation import Presentation
from tests.render import reports

GOLDEN = Path(__file__).parent / "golden"
PIPED = Presentation(connection="--context prod-eu")
CASES: dict[str, tuple[Report, str, Presentation]] = {
    "healthy": (reports.healthy(), "text", PIPED),
    "healthy-all": (reports.healthy(), "text", replace(PIPED, show_all=True)),
    "empty": (reports.report(scope=ScopePart(namespace="shop", selector="app=web"), cluster_agent=""), "text",
              replace(PIPED, scope="-n shop -l app=web")),
    "unreadable": (reports.unreadable(), "text", PIPED),
    "pods-unreadable": (reports.pods_unreadable(), "text", PIPED),
    "unreadable-80": (reports.unreadable(), "text", replace(PIPED, width=80)),
    "broken": (reports.broken(), "text", PIPED),
    "broken-80": (reports.broken(), "text", replace(PIPED, width=80)),
    "broken-120": (reports.broken(), "text", replace(PIPED, width=120)),
    "broken-wide": (reports.broken(), "wide", PIPED),
    "broken-all": (reports.broken(), "text", replace(PIPED, show_all=True)),
    "broken-ascii": (reports.broken(), "text", replace(PIPED, ascii=True)),
    "broken-file": (reports.broken(), "text", replace(PIPED, saved="--from prod.snapshot.gz")),
    "curable": (reports.curable(), "text", PIPED),
    "curable-all": (reports.curable(), "text", replace(PIPED, show_all=True)),
    "curable-file": (reports.curable(), "text", replace(PIPED, saved="--from prod.snapshot.gz")),
    "broken-60": (reports.broken(), "text", replace(PIPED, width=60)),
    "broken-200": (reports.broken(), "text", replace(PIPED, width=200)),
    "broken-name": (reports.broken(), "name", PIPED),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_golden(name: str) -> None:
    report, output, presentation = CASES[name]
    text = renderer(output)(report, presentation)
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("output", ["text", "wide"])
def test_colour_changes_nothing_but_colour(output: str) -> None:
    plain = renderer(output)(reports.broken(), PIPED)
    colored = renderer(output)(reports.broken(), replace(PIPED, color=True))
    assert colored != plain
    assert click.unstyle(colored) == plain


def test_ascii_output_is_ascii() -> None:
    assert renderer("wide")(reports.broken(), replace(PIPED, ascii=True)).isascii()


@pytest.mark.parametrize("width", [80, 100, 120])
def test_what_can_be_pasted_is_never_wrapped(width: int) -> None:
    lines = renderer("text")(reports.broken(), replace(PIPED, width=width)).splitlines()
    commands = [command for finding in reports.broken().findings for command in finding.fix.commands]
    for command in "\n".join(commands).splitlines():
        assert any(line.endswith(command) for line in lines), command


@pytest.mark.parametrize("width", [80, 100])
def test_prose_fits_the_terminal(width: int) -> None:
    lines = renderer("text")(reports.broken(), replace(PIPED, width=width)).splitlines()
    for line in lines:
        words = line.split()
        assert len(line) <= width or "https://" in line or "env[" in line or "kubectl" in words, line


def test_a_heredoc_starts_at_the_left_edge_and_stays_whole() -> None:
    text = renderer("text")(reports.broken(), replace(PIPED, width=80))
    assert "\n" + reports.broken().findings[0].fix.commands[0] + "\n" in text


def test_nothing_that_the_cluster_says_reaches_the_terminal_as_control() -> None:
    finding = msgspec.structs.replace(reports.broken().findings[0], message="a\x1b[2Jb\rc\x9bd\u202ee")
    report = msgspec.structs.replace(reports.broken(), findings=(finding,))
    text = renderer("text")(report, PIPED)
    assert "a?[2Jb?c?d?e" in text


def test_an_unknown_check_never_looks_passed() -> None:
    text = renderer("text")(reports.unreadable(), PIPED)
    line = next(line for line in text.splitlines() if line.startswith("credentials"))
    assert "? 2 unknown" in line
    assert "√ 1 check" in line
    assert sum(one.status is Status.UNKNOWN for one in reports.unreadable().checks) == 2


def test_what_to_do_next_is_the_patch_where_the_commands_come_after_it() -> None:
    first = reports.broken().findings[0]
    fix = Fix(patch="- name: DD_SITE\n", commands=("kubectl rollout restart deployment/coredns -n kube-system",))
    text = renderer("text")(reports.report(findings=(msgspec.structs.replace(first, fix=fix),)), PIPED)
    assert "\nnext: apply the patch of DDF101 above, then its commands\n" in text


@pytest.mark.parametrize("width", [None, 40, 60, 80, 100, 120, 200])
def test_no_width_cuts_what_may_have_to_be_typed(width: int | None) -> None:
    text = renderer("text")(reports.broken(), replace(PIPED, width=width))
    assert "…" not in text
    shown = text[text.rindex("deployment/coredns") :]
    for row in reports.broken().workloads:
        for words in (f"deployment/{row.name}", row.namespace, row.size.requested, row.size.with_agent):
            assert (words or "") in shown, (row.name, words)
        if row.agents:
            assert (row.endpoint.broken_at or row.endpoint.value.removeprefix("https://")) in shown


def test_a_pipe_gets_one_line_for_each_workload() -> None:
    lines = renderer("text")(reports.broken(), PIPED).splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("WORKLOAD"))
    rows = lines[at + 1 : at + 1 + len(reports.broken().workloads)]
    assert [line.split()[0] for line in rows] == [f"deployment/{row.name}" for row in reports.broken().workloads]


def test_prose_uses_the_whole_width() -> None:
    lines = renderer("text")(reports.broken(), replace(PIPED, width=200)).splitlines()
    message = reports.broken().findings[0].message
    assert 110 < len(message) < 190
    assert f"      {message}" in lines


@pytest.mark.parametrize("live", [True, False])
def test_what_install_does_is_not_spelled_out_on_the_first_screen(live: bool) -> None:
    text = renderer("text")(reports.curable(), replace(PIPED, saved="" if live else "--from prod.snapshot.gz"))
    block = text[text.index("DDF101") : text.index("DDF106")]
    assert "EOF" not in block
    assert "DD_CLUSTER_AGENT_URL\n  value" not in block
    assert "fix       kubectl ddfargate install --context prod-eu\n" in block
    assert "or by hand: the same with --show all\n" in block
    assert ("kubectl ddfargate doctor --show all --context prod-eu\n" in text) is live


@pytest.mark.parametrize(
    ("output", "presentation"), [("text", replace(PIPED, show_all=True)), ("wide", PIPED), ("json", PIPED)]
)
def test_where_all_is_shown_what_is_done_by_hand_is_whole(output: str, presentation: Presentation) -> None:
    text = renderer(output)(reports.curable(), presentation)
    fix = reports.curable().findings[0].fix
    assert fix.patch
    said = (
        text if output != "json" else "\n".join([*msgspec.json.decode(text, type=Report).findings[0].fix.commands])
    )
    assert all(command in said for command in fix.commands)
    assert "doctor --show all" not in text


def test_one_place_is_named_once() -> None:
    first = reports.broken().findings[0]
    one, other = first.evidence
    assert places(first, evidence=(other, one)) == 1  # the subjects in another order
    assert places(first, evidence=(one, msgspec.structs.replace(one, observed="another value"))) == 1
    assert places(first, subjects=(*first.subjects, reports.subject("web", "shop"))) == 1


def places(finding: Finding, **changed: object) -> int:
    """How often the text of a changed finding says where it was seen."""
    changed_finding = msgspec.structs.replace(finding, **changed)
    text = renderer("text")(msgspec.structs.replace(reports.broken(), findings=(changed_finding,)), PIPED)
    return text.count("      at  ")


@pytest.mark.parametrize(("places", "said"), [(4, "and 1 more place: "), (5, "and 2 more places: ")])
def test_one_place_is_no_places(places: int, said: str) -> None:
    first = reports.broken().findings[0]
    evidence = tuple(msgspec.structs.replace(first.evidence[0], path=f"spec.a[{n}]") for n in range(places))
    found = msgspec.structs.replace(first, evidence=evidence)
    assert said in renderer("text")(msgspec.structs.replace(reports.broken(), findings=(found,)), PIPED)


@pytest.mark.parametrize(
    ("sizes", "finding", "silenced", "sign"),
    [
        ({"with_agent": "1/2"}, None, False, "‼"),
        ({"without_agent": "0.25/0.5"}, None, False, "‼"),
        ({"without_agent": "0.25/0.5"}, "DDF601", False, "‼"),
        ({"without_agent": "0.25/0.5"}, "DDF601", True, ""),
        ({"without_agent": "0.5/1"}, "DDF603", False, ""),
        ({"with_agent": "0.25/0.5"}, None, False, ""),
        ({}, None, False, ""),
        ({"with_agent": "1/2"}, "DDF605", False, "×"),
        ({}, "DDF605", True, ""),
    ],
)
@pytest.mark.parametrize("width", [None, 40, 80, 200])
def test_a_size_that_the_agent_makes_larger_is_marked_whatever_its_check_says(
    width: int | None, sizes: dict[str, Any], finding: str | None, silenced: bool, sign: str
) -> None:
    size = Size(requested="0.5/1", provisioned="0.5/1", **sizes)
    found = msgspec.structs.replace(
        reports.broken().findings[0],
        id=finding or "",
        severity=Severity.WARNING,
        subjects=(reports.subject("coredns"),),
        suppressed_by="an annotation" if silenced else None,
    )
    report = reports.report(
        checks=(reports.check(finding, Category.SIZE, Status.FAIL),) if finding else (),
        findings=(found,) if finding else (),
        workloads=(reports.workload("coredns", size=size), reports.workload("web", "shop")),
    )
    text = renderer("text")(report, replace(PIPED, width=width))
    shown = text[text.rindex("deployment/coredns") : text.rindex("√ 0 passed")]
    own, other = shown.split("deployment/web")
    assert [mark for mark in ("‼", "×") if f"{mark} 0.5/1" in own] == ([sign] if sign else [])
    assert "‼ 0.5/1" not in other


def test_wide_fits_too_where_the_terminal_is_narrow() -> None:
    lines = renderer("wide")(reports.broken(), replace(PIPED, width=80)).splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("WORKLOAD"))
    assert [line for line in lines[at:] if len(line) > 80 and "kubectl" not in line] == []
    assert "  route √ 172.20.0.53:5005   injected by admission-policy   no agent 0" in lines[at:]


@pytest.mark.parametrize("output", ["text", "wide"])
def test_what_comes_next_is_whole_and_its_words_fit(output: str) -> None:
    how = replace(PIPED, width=80, connection="--context arn:aws:eks:eu-central-1:123456789012:cluster/prod")
    lines = renderer(output)(reports.curable(), how).splitlines()
    own = f"kubectl ddfargate install {how.connection}"
    assert lines[lines.index("next:") + 1] == f"    {own}" if len(own) <= 76 else own in "\n".join(lines)
    assert not any(line.startswith("next: kubectl") for line in lines)
