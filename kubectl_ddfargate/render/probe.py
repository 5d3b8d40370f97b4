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
_MARKS = {"ok": Mark.PASSED, "failed": Mark.ERROR, "untested": Mark.SKIPPED}


def render_plan(plan: ProbePlan) -> str:
    """What will run, where, for how long, and what of it stays."""
    return "".join(f"{line}\n" for line in _plan_lines(clean(plan)))


def _plan_lines(plan: ProbePlan) -> Iterator[str]:
    where = f"context {plan.context} ({plan.server})" if plan.context else plan.server
    if not plan.targets:
        yield f"Nothing to probe in {where}: no agent runs on Fargate"
        return
    yield f"Probe in {where}: a script that only reads runs in {plural(len(plan.targets), 'container')}"
    for one in plan.targets:
        yield f"  pod/{one.pod} -n {one.namespace} -c {one.container}    {one.workload}"
    if plan.left_out:
        yield f"  {plural(plan.left_out, 'agent')} left out (--pods takes more of a workload)"
    yield "It resolves and connects to the cluster agent as the agent does, asks for /version with the container's"
    yield "own token, and asks the kubelet for /healthz through the API server. Nothing is installed or changed."
    yield f"At most {plan.seconds} s a container. The server's audit log keeps the script, which holds no secret."


def render(report: ProbeReport, presentation: Presentation) -> str:
    """Each container with its steps, and under them what is wrong."""
    ink = Ink(color=presentation.color, ascii=presentation.ascii)
    layout = Layout(presentation.width)
    report = clean(report)
    lines = [line for pod in report.pods if pod.steps for line in _pod_lines(pod, ink)]
    lines += [line for pods in _without_answer(report) for line in _silent_lines(pods, ink, layout)]
    for finding in report.findings:
        lines += ["", *finding_block(finding, ink, layout, presentation, wide=False)]
    unsettled = [check for check in report.checks if check.status in (Status.UNKNOWN, Status.SKIP)]
    shown = [check for check in unsettled if check.status is Status.UNKNOWN or presentation.show_all]
    lines += ["", *_check_lines(shown, ink, layout)] if shown else []
    lines += ["", _counts(report, ink)]
    return ink.plain("\n".join(lines)) + "\n"


def _pod_lines(pod: ProbedPod, ink: Ink) -> Iterator[str]:
    target = pod.target
    yield ink.strong(_name(pod)) + f"   {target.workload}, {target.container}"
    for step in pod.steps:
        code = f"{step.code}: " if step.code and step.result == "failed" else ""
        yield f"  {ink.sign(_MARKS.get(step.result, Mark.UNKNOWN))} {step.step.ljust(9)} {code}{step.detail}"


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
        yield ink.strong(_name(first)) + f"   {first.target.workload}, {first.target.container}"
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
