"""The plan of a probe, and what came of it, as text for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kubectl_ddfargate.model.probe import ProbedPod, ProbePlan, ProbeReport
from kubectl_ddfargate.model.report import CheckResult, Status
from kubectl_ddfargate.render.presentation import Presentation
from kubectl_ddfargate.render.text.clean import clean
from kubectl_ddfargate.render.text.findings import finding_block
from kubectl_ddfargate.render.text.layout import Layout
from kubectl_ddfargate.render.text.marks import OF_STATUS, Ink, Mark, plural

NAMED = 3
"""Containers that are named where several give no answer for one reason."""
_STEP = 10
"""The column of a step's name."""
_PLAIN = Ink(color=False, ascii=False)
_ABOUT = (
    "It resolves and connects to the cluster agent as the agent does, asks for /version with the container's own "
    "token, and asks the kubelet for /healthz through the API server. Nothing is installed or changed.\n"
    "At most {seconds} s a container. The server's audit log keeps the script, which holds no secret."
)
_MARKS = {"ok": Mark.PASSED, "failed": Mark.ERROR, "untested": Mark.SKIPPED}


def render_plan(plan: ProbePlan, presentation: Presentation) -> str:
    """What will run, where, for how long, and what of it stays."""
    ink = Ink(color=False, ascii=presentation.ascii)
    lines = _plan_lines(clean(plan), Layout(presentation.width))
    return ink.plain("".join(f"{line}\n" for line in lines))


def _plan_lines(plan: ProbePlan, layout: Layout) -> Iterator[str]:
    where = f"context {plan.context} ({plan.server})" if plan.context else plan.server
    if not plan.targets:
        yield from layout.prose(f"Nothing to probe in {where}: no agent runs on Fargate", 0)
        return
    count = plural(len(plan.targets), "container")
    yield from layout.prose(f"Probe in {where}: a script that only reads runs in {count}", 0)
    for one in plan.targets:
        yield from _named(f"  pod/{one.pod} -n {one.namespace} -c {one.container}", one.workload, layout)
    if plan.left_out:
        yield from layout.prose(f"{plural(plan.left_out, 'agent')} left out (--pods takes more of a workload)", 2)
    yield from layout.prose(_ABOUT.format(seconds=plan.seconds), 0)


def render(report: ProbeReport, presentation: Presentation) -> str:
    """Each container with its steps, and under them what is wrong."""
    ink = Ink(color=presentation.color, ascii=presentation.ascii)
    layout = Layout(presentation.width)
    report = clean(report)
    lines = [line for pod in report.pods if pod.steps for line in _pod_lines(pod, ink, layout)]
    lines += [line for pods in _without_answer(report) for line in _silent_lines(pods, ink, layout)]
    for finding in report.findings:
        # The same with --show all would run everything once more.
        explain = f"{presentation.program} explain {finding.id}"
        lines += ["", *finding_block(finding, ink, layout, presentation, wide=False, by_hand=explain)]
    unsettled = [check for check in report.checks if check.status in (Status.UNKNOWN, Status.SKIP)]
    shown = [check for check in unsettled if check.status is Status.UNKNOWN or presentation.show_all]
    lines += ["", *_check_lines(shown, ink, layout)] if shown else []
    lines += ["", _counts(report, ink)]
    return ink.plain("\n".join(lines)) + "\n"


def _named(name: str, more: str, layout: Layout, ink: Ink = _PLAIN) -> Iterator[str]:
    """A container, and to what it belongs: under it where the terminal is narrow."""
    beside = layout.fits(f"{name}   {more}")
    yield ink.strong(name) + (f"   {more}" if beside else "")
    if not beside:
        yield f"    {more}"


def _pod_lines(pod: ProbedPod, ink: Ink, layout: Layout) -> Iterator[str]:
    yield from _named(_name(pod), _owner(pod), layout, ink)
    for step in pod.steps:
        code = f"{step.code}: " if step.code and step.result == "failed" else ""
        start = 2 + 2 + _STEP
        first, *rest = layout.prose(f"{code}{step.detail}", start)
        sign = ink.sign(_MARKS.get(step.result, Mark.UNKNOWN))
        yield f"  {sign} {step.step.ljust(_STEP)}{first[start:]}".rstrip()
        yield from rest


def _owner(pod: ProbedPod) -> str:
    return f"{pod.target.workload}, {pod.target.container}"


def _name(pod: ProbedPod) -> str:
    return f"pod/{pod.target.pod} -n {pod.target.namespace}"


def _without_answer(report: ProbeReport) -> list[list[ProbedPod]]:
    """The containers in which nothing was tried, together where it is for one reason."""
    found: dict[tuple[str, str], list[ProbedPod]] = {}
    for pod in report.pods:
        if not pod.steps:
            found.setdefault((pod.outcome, pod.message), []).append(pod)
    return list(found.values())


def _silent_lines(pods: Sequence[ProbedPod], ink: Ink, layout: Layout) -> Iterator[str]:
    first = pods[0]
    if len(pods) == 1:
        yield from _named(_name(first), _owner(first), layout, ink)
    else:
        yield ink.strong(plural(len(pods), "container"))
    said, *rest = layout.prose(f"{first.outcome}: {first.message}", 4)
    yield f"  {ink.sign(Mark.UNKNOWN)} {said.strip()}"
    yield from rest
    if len(pods) > 1:
        names = [_name(pod) for pod in pods[:NAMED]]
        more = [f"and {len(pods) - NAMED} more: -o json"] if len(pods) > NAMED else []
        yield from layout.prose(", ".join([*names, *more]), 4)


def _check_lines(checks: Sequence[CheckResult], ink: Ink, layout: Layout) -> Iterator[str]:
    """One line a reason, with all checks that it keeps from an answer."""
    found: dict[tuple[Status, str], list[CheckResult]] = {}
    for check in checks:
        found.setdefault((check.status, check.reason), []).append(check)
    for (status, reason), members in found.items():
        told = ", ".join(one.id for one in members) + (f"  {members[0].title}" if len(members) == 1 else "")
        first, *rest = layout.prose(f"{told}: {reason}", 4)
        yield f"  {ink.sign(OF_STATUS[status])} {first.strip()}"
        yield from rest


def _counts(report: ProbeReport, ink: Ink) -> str:
    unknown = sum(check.status is Status.UNKNOWN for check in report.checks)
    passed = sum(check.status is Status.PASS for check in report.checks)
    loud = sum(finding.suppressed_by is None for finding in report.findings)
    errors = f"{ink.sign(Mark.ERROR)} {plural(loud, 'error')}"
    rest = f"{ink.sign(Mark.PASSED)} {passed} passed   {ink.sign(Mark.UNKNOWN)} {unknown} unknown"
    return f"{errors}   {rest}   in {plural(len(report.pods), 'container')}"
