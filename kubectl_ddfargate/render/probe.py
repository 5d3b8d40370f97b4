"""The plan of a probe, and what came of it, as text for people."""

from __future__ import annotations

from collections.abc import Iterator

from kubectl_ddfargate.model.probe import ProbedPod, ProbePlan, ProbeReport
from kubectl_ddfargate.model.report import CheckResult, Status
from kubectl_ddfargate.render.presentation import Presentation
from kubectl_ddfargate.render.text.clean import clean
from kubectl_ddfargate.render.text.findings import finding_block
from kubectl_ddfargate.render.text.layout import Layout
from kubectl_ddfargate.render.text.marks import OF_STATUS, Ink, Mark, plural

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
    lines = [line for pod in report.pods for line in _pod_lines(pod, ink)]
    for finding in report.findings:
        lines += ["", *finding_block(finding, ink, layout, presentation, wide=False)]
    unsettled = [check for check in report.checks if check.status in (Status.UNKNOWN, Status.SKIP)]
    shown = [check for check in unsettled if check.status is Status.UNKNOWN or presentation.show_all]
    lines += ["", *(_check_line(check, ink) for check in shown)] if shown else []
    lines += ["", _counts(report, ink)]
    return ink.plain("\n".join(lines)) + "\n"


def _pod_lines(pod: ProbedPod, ink: Ink) -> Iterator[str]:
    target = pod.target
    yield ink.strong(f"pod/{target.pod} -n {target.namespace}") + f"   {target.workload}, {target.container}"
    if not pod.steps:
        yield f"  {ink.sign(Mark.UNKNOWN)} {pod.outcome}: {pod.message}"
    for step in pod.steps:
        code = f"{step.code}: " if step.code and step.result == "failed" else ""
        yield f"  {ink.sign(_MARKS.get(step.result, Mark.UNKNOWN))} {step.step.ljust(9)} {code}{step.detail}"


def _check_line(check: CheckResult, ink: Ink) -> str:
    return f"  {ink.sign(OF_STATUS[check.status])} {check.id}  {check.title}: {check.reason}"


def _counts(report: ProbeReport, ink: Ink) -> str:
    unknown = sum(check.status is Status.UNKNOWN for check in report.checks)
    passed = sum(check.status is Status.PASS for check in report.checks)
    loud = sum(finding.suppressed_by is None for finding in report.findings)
    errors = f"{ink.sign(Mark.ERROR)} {plural(loud, 'error')}"
    rest = f"{ink.sign(Mark.PASSED)} {passed} passed   {ink.sign(Mark.UNKNOWN)} {unknown} unknown"
    return f"{errors}   {rest}   in {plural(len(report.pods), 'container')}"
