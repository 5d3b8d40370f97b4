"""The trace as text, as golden files: `UPDATE_GOLDEN=1 pytest tests/trace` rewrites them, then read the diff."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import click
import msgspec
import pytest

from kubectl_ddfargate.model.report import Finding, Severity
from kubectl_ddfargate.model.trace import Line, Step, StepState, Trace, Verdict
from kubectl_ddfargate.render.presentation import Presentation
from kubectl_ddfargate.render.trace import render
from tests.cluster import canary
from tests.trace.example import BROKEN, trace_of

GOLDEN = Path(__file__).parent / "golden"
PIPED = Presentation(connection="--context ddfargate-test")
CASES = {
    "coredns": PIPED,
    "coredns-80": replace(PIPED, width=80),
    "coredns-200": replace(PIPED, width=200),
    "coredns-ascii-80": replace(PIPED, width=80, ascii=True),
}


def chain(text: str) -> str:
    """The text without the findings, which tests/render is about."""
    kept = [part for part in text.split("\n\n") if " DDF" not in part[:12]]
    return "\n\n".join(kept[:2] + kept[-1:])


@pytest.mark.parametrize("name", CASES)
def test_golden(name: str) -> None:
    text = chain(render(trace_of(), CASES[name]))
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def test_colour_changes_nothing_but_colour() -> None:
    assert click.unstyle(render(trace_of(), replace(PIPED, color=True))) == render(trace_of(), PIPED)


def test_what_follows_the_break_is_greyed_and_nothing_before_it() -> None:
    lines = chain(render(trace_of(), replace(PIPED, color=True))).splitlines()
    (at,) = [number for number, line in enumerate(lines) if "first broken link" in line]
    (end,) = [number for number, line in enumerate(lines) if "broken at:" in line]

    assert [number for number, line in enumerate(lines) if "\x1b[2m" in line] == list(range(at + 1, end - 1))
    assert "\x1b[1m" in lines[at]


def test_ascii_output_is_ascii() -> None:
    assert render(trace_of(), replace(PIPED, ascii=True)).isascii()


@pytest.mark.parametrize("width", [80, 100])
def test_what_can_be_pasted_is_never_wrapped(width: int) -> None:
    assert "kubectl ddfargate probe deployment/coredns -n kube-system --context ddfargate-test\n" in render(
        trace_of(), replace(PIPED, width=width)
    )


def test_what_is_done_by_hand_is_told_when_it_is_asked_for() -> None:
    text, whole = render(trace_of(), PIPED), render(trace_of(), replace(PIPED, show_all=True))

    assert "<<'EOF'" not in text
    again = "kubectl ddfargate doctor deployment/coredns -n kube-system --context ddfargate-test --show all"
    assert text.splitlines()[-1] == f"all that can be done by hand: {again}"
    assert "<<'EOF'" in whole
    assert "done by hand" not in whole


def test_nothing_but_a_command_is_longer_than_a_terminal_of_80_columns() -> None:
    lines = render(trace_of(), replace(PIPED, width=80)).splitlines()
    assert [line for line in lines if len(line) > 80 and " kubectl ddfargate " not in line] == []


def test_no_command_restarts_another_workload() -> None:
    text = render(trace_of(), replace(PIPED, show_all=True))

    assert "rollout restart deployment/coredns -n kube-system" in text
    assert "rollout restart deployment/karpenter" not in text


def test_it_says_how_the_agent_came() -> None:
    text = render(trace_of(), PIPED)

    assert "came at admission, as it seems by MutatingWebhookConfiguration/story-sidecar-injector" in text
    assert "unknown" not in text


def test_every_step_is_named_once_and_in_order() -> None:
    lines = chain(render(trace_of(), PIPED)).splitlines()
    named = [line[5:22].strip() for line in lines if line[:2] == "  " and line[2:3].strip()]

    assert named == [step.name for step in trace_of().steps]
    assert trace_of().broken_at == BROKEN


def test_no_control_character_reaches_the_terminal() -> None:
    text = render(with_step(Line(subject="a\x1b[2Jb", says="c\x07\rd")), PIPED)

    assert not set("\x1b\x07\r") & set(text)


@pytest.mark.parametrize(
    ("verdict", "end"),
    [
        (Verdict.GOOD, "√ no link is broken"),
        (Verdict.NO_AGENT, "‼ no agent: the pods have none, and nothing gives one to new pods"),
        (Verdict.UNKNOWN, "? no broken link was seen, and not everything could be looked at"),
    ],
)
def test_the_last_line_does_not_call_good_what_is_not_known(verdict: Verdict, end: str) -> None:
    followed = msgspec.structs.replace(with_step(Line(subject="x", says="y")), verdict=verdict)

    assert render(followed, PIPED).splitlines()[-1] == end


@pytest.mark.parametrize(
    ("severity", "suppressed", "end"),
    [
        (Severity.WARNING, None, "; DDF319 warns of it: exit code 1 only with --fail-on warning"),
        (Severity.WARNING, "annotation", "; DDF319 is suppressed, so the exit code does not count it"),
        (Severity.ERROR, None, ""),
    ],
)
def test_no_agent_says_what_the_exit_code_makes_of_it(severity: Severity, suppressed: str | None, end: str) -> None:
    left_out = Finding(id="DDF319", severity=severity, title="", message="", subjects=(), suppressed_by=suppressed)
    followed = msgspec.structs.replace(
        with_step(Line(subject="x", says="y")), verdict=Verdict.NO_AGENT, findings=(left_out,)
    )
    last = render(followed, PIPED).splitlines()[-1]

    assert last == f"‼ no agent: the pods have none, and nothing gives one to new pods{end}"


def with_step(line: Line) -> Trace:
    step = Step(name="URL", state=StepState.GOOD, lines=(line,))
    return msgspec.structs.replace(trace_of(), steps=(step,), broken_at=None, findings=())


def test_no_secret_value_is_in_it() -> None:
    assert canary.found_in(render(trace_of(), PIPED).encode()) == []
