"""The text report, as golden files: `UPDATE_GOLDEN=1 pytest tests/render` rewrites them, then read the diff."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import click
import msgspec
import pytest

from kubectl_ddfargate.model.report import Fix, Report, ScopePart, Status
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
    "broken-file": (reports.broken(), "text", replace(PIPED, live=False)),
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
