"""The text of a probe: what is the same in many containers is said once."""

from __future__ import annotations

import msgspec
import pytest

from kubectl_ddfargate.model.probe import ProbedPod, ProbePlan, ProbeReport, ProbeTarget, StepPart
from kubectl_ddfargate.model.report import Category, Finding, Fix, Severity, Status
from kubectl_ddfargate.render.presentation import Presentation
from kubectl_ddfargate.render.probe import render, render_plan
from tests.render.reports import check, subject

NOTHING = "not testable with what the image has: neither the agent's Python nor bash"


def pod(number: int, *, outcome: str = "untestable", message: str = NOTHING, steps: int = 0) -> ProbedPod:
    target = ProbeTarget(
        workload="deployment/web", namespace="shop", pod=f"web-{number}", container="datadog-agent"
    )
    tried = tuple(StepPart(step="tcp", result="ok", code="", detail="reached") for _ in range(steps))
    return ProbedPod(target=target, outcome=outcome, message=message, steps=tried)


def report(*pods: ProbedPod, unknown: int = 0) -> ProbeReport:
    checks = tuple(check(f"DDF80{n}", Category.RUNTIME, Status.UNKNOWN, NOTHING) for n in range(1, unknown + 1))
    return ProbeReport(
        context="prod-eu",
        server="https://example",
        tool_version="0.1.0",
        started_at="2026-11-25T02:00:00Z",
        duration_seconds=1.0,
        requests=3,
        pods=pods,
        left_out=0,
        checks=checks,
        findings=(),
        unread=(),
    )


@pytest.mark.parametrize("width", [None, 80])
def test_one_reason_in_twenty_containers_is_said_once_with_their_number(width: int | None) -> None:
    text = render(report(*(pod(number) for number in range(20))), Presentation(width=width))
    assert " ".join(text.split()).count(NOTHING) == 1
    assert text.startswith("20 containers\n")
    assert "pod/web-0 -n shop, pod/web-1 -n shop, pod/web-2 -n shop, and 17 more: -o json" in " ".join(text.split())


def test_each_reason_is_told_and_an_answer_keeps_its_steps() -> None:
    found = (pod(1), pod(2, steps=1), pod(3, outcome="silent", message="no answer within 20 s"), pod(4))
    lines = render(report(*found), Presentation()).splitlines()
    assert lines[0] == "pod/web-2 -n shop   deployment/web, datadog-agent"
    assert lines[1].endswith("tcp       reached")
    assert "2 containers" in lines
    assert "pod/web-3 -n shop   deployment/web, datadog-agent" in lines
    assert "  ? silent: no answer within 20 s" in lines


def test_checks_that_one_reason_keeps_from_an_answer_share_a_line() -> None:
    text = render(report(pod(1), unknown=5), Presentation())
    assert f"  ? DDF801, DDF802, DDF803, DDF804, DDF805: {NOTHING}\n" in text
    assert text.count(NOTHING) == 2


def test_what_is_left_out_is_told_by_a_command_that_runs_nothing_in_a_container() -> None:
    fix = Fix(commands=("kubectl apply -f x",), by_install=True)
    wrong = Finding(
        id="DDF801",
        severity=Severity.ERROR,
        title="No address",
        message="",
        subjects=(subject("web", "shop"),),
        fix=fix,
    )
    found = msgspec.structs.replace(report(pod(1, steps=1)), findings=(wrong,))
    text = render(found, Presentation(program="kubectl ddfargate", connection="--context x"))
    assert "fix       kubectl ddfargate install --context x\n" in text
    assert "or by hand: kubectl ddfargate explain DDF801\n" in text
    assert "--show all" not in text
    assert "kubectl apply -f x" in render(found, Presentation(show_all=True))


def test_what_will_run_fits_the_terminal_and_cuts_no_name() -> None:
    name = "karpenter-64d64b8f5-rlpbv-with-a-long-name"
    targets = tuple(
        ProbeTarget(workload=f"deployment/{one}", namespace="karpenter", pod=one, container="datadog-agent")
        for one in (name, "web-1")
    )
    plan = ProbePlan(context="prod-eu", server="https://" + "x" * 40, targets=targets, left_out=3, seconds=35)
    piped = render_plan(plan, Presentation())
    lines = render_plan(plan, Presentation(width=80)).splitlines()
    assert [line for line in lines if len(line) > 80 and name not in line] == []
    assert " ".join(lines).split() == piped.split()
    assert "  pod/web-1 -n karpenter -c datadog-agent   deployment/web-1\n" in piped
    assert f"    deployment/{name}" in lines
    assert render_plan(plan, Presentation(ascii=True)).isascii()


def test_a_step_goes_on_under_its_words() -> None:
    told = msgspec.structs.replace(pod(1), steps=(StepPart(step="tcp", result="ok", code="", detail="word " * 40),))
    lines = render(report(told), Presentation(width=80)).splitlines()
    steps = [line for line in lines if line.rstrip().endswith("word")]
    assert len(steps) > 2
    assert all(len(line) <= 80 and line.index("word") == 14 for line in steps)
