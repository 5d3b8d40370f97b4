"""`probe`: which agents' containers to try from, and what came of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping

import msgspec

from kubectl_ddfargate import __version__
from kubectl_ddfargate.checks import CHECKS
from kubectl_ddfargate.cluster.collect import Wanted, collect
from kubectl_ddfargate.cluster.gateway import Gateway
from kubectl_ddfargate.commands.assemble import Run, assemble
from kubectl_ddfargate.commands.named_workloads import named, workloads_on_fargate
from kubectl_ddfargate.commands.probe_reasons import folded, why_refused
from kubectl_ddfargate.commands.verdict import exit_code
from kubectl_ddfargate.errors import ExitCode, UsageError
from kubectl_ddfargate.facts.agents import AgentGroup, agents
from kubectl_ddfargate.facts.heard import chosen_pods
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.model.kube.agent_words import PROBE_SECONDS, AgentWords, Probe
from kubectl_ddfargate.model.kube.pods import Pod
from kubectl_ddfargate.model.probe import ProbedPod, ProbePlan, ProbeReport, ProbeTarget, StepPart
from kubectl_ddfargate.model.report import Category, Report
from kubectl_ddfargate.model.snapshot import Snapshot, Unread

MOST_PODS = 20
"""Containers in one run."""
UNREAD = "unread"

Tell = Callable[[str], None]


class ProbeScope(msgspec.Struct, frozen=True, kw_only=True):
    """From which agents to try."""

    targets: tuple[str, ...] = ()
    """`NAMESPACE/KIND/NAME`; all where empty."""
    namespace: str | None = None
    selector: str | None = None
    pods: int = 1
    """Pods of one workload with agents that are set up alike."""
    kubectl_flags: str = ""


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """What will run, and what it is judged against."""

    plan: ProbePlan
    snapshot: Snapshot
    started: float


class Probed(msgspec.Struct, frozen=True, kw_only=True):
    """The answer, and what the process says."""

    report: ProbeReport
    code: ExitCode


def plan_probe(gateway: Gateway, scope: ProbeScope, *, progress: Tell | None = None) -> Planned:
    """Read the cluster and choose the containers. Runs nothing.

    Raises UsageError where the pods cannot be read, or what was named is not there or has no agent that runs.
    """
    started = time.monotonic()
    wanted = Wanted(
        namespace=scope.namespace,
        selector=scope.selector,
        prove=False,
        kubectl_flags=scope.kubectl_flags,
        tool_version=__version__,
    )
    snapshot = collect(gateway, wanted, progress)
    index = Index(snapshot)
    workloads = workloads_on_fargate(index)
    groups = agents(index)
    if scope.targets:
        refs = {one.ref for one in named(gateway, index, workloads, scope.targets, within=scope.namespace)}
        groups = tuple(group for group in groups if group.ref in refs)
    running = [(group, _running(group)) for group in groups]
    if scope.targets and not any(pods for _, pods in running):
        raise UsageError(
            f"{', '.join(scope.targets)} has no agent that runs, so there is nothing to probe from",
            hint="kubectl ddfargate doctor says why",
        )
    targets = _targets(running, scope.pods)
    plan = ProbePlan(
        context=gateway.context,
        server=gateway.server,
        targets=targets,
        left_out=sum(len(group.pods) for group in groups) - len(targets),
        seconds=PROBE_SECONDS,
    )
    return Planned(plan=plan, snapshot=snapshot, started=started)


def _running(group: AgentGroup) -> tuple[Pod, ...]:
    """The pods whose agent runs: in others nothing can be executed."""
    return tuple(pod for pod in group.pods if _runs(pod, group.container.name))


def _runs(pod: Pod, name: str) -> bool:
    statuses = (*(pod.status.container_statuses or ()), *(pod.status.init_container_statuses or ()))
    return any(one.name == name and one.state is not None and one.state.running is not None for one in statuses)


def _targets(running: Iterable[tuple[AgentGroup, tuple[Pod, ...]]], most: int) -> tuple[ProbeTarget, ...]:
    """The first pods of each group, turn by turn, so that the limit of a run leaves no workload out."""
    chosen = [
        (group, [pod for pod in chosen_pods(group, len(group.pods)) if pod in pods]) for group, pods in running
    ]
    found = [
        ProbeTarget(
            workload=group.ref.resource,
            namespace=group.namespace,
            pod=pods[turn].name,
            container=group.container.name,
        )
        for turn in range(most)
        for group, pods in chosen
        if turn < len(pods)
    ]
    return tuple(sorted(found[:MOST_PODS], key=lambda one: (one.namespace, one.workload, one.pod, one.container)))


def probe(gateway: Gateway, planned: Planned) -> Probed:
    """Run what was planned, and judge it."""
    from kubectl_ddfargate.cluster.probing import probe_all  # the WebSocket library, only where something runs

    probes, refused = probe_all(gateway, planned.plan.targets)
    snapshot = msgspec.structs.replace(
        planned.snapshot,
        agent_words=AgentWords(probes=tuple(probes)),
        unread=[*planned.snapshot.unread, *refused],
    )
    run = Run(started_at=snapshot.taken_at, started=planned.started, requests=gateway.requests)
    judged = assemble(snapshot, [check for check in CHECKS if check.category is Category.RUNTIME], run)
    return Probed(report=_report(planned.plan, probes, refused, judged), code=exit_code(judged))


def _report(plan: ProbePlan, probes: list[Probe], refused: list[Unread], judged: Report) -> ProbeReport:
    answers = {(one.namespace, one.pod, one.container): one for one in probes}
    why = why_refused(refused)
    return ProbeReport(
        context=judged.context,
        server=judged.server,
        tool_version=judged.tool_version,
        started_at=judged.started_at,
        duration_seconds=judged.duration_seconds,
        requests=judged.requests,
        pods=tuple(_pod(one, answers.get((one.namespace, one.pod, one.container)), why) for one in plan.targets),
        left_out=plan.left_out,
        checks=tuple(folded(judged.checks, plan.targets, probes, refused)),
        findings=judged.findings,
        unread=judged.unread,
    )


def _pod(
    target: ProbeTarget, answer: Probe | None, refused: Mapping[tuple[str | None, str | None], str]
) -> ProbedPod:
    if answer is None:
        why = refused.get((target.namespace, target.pod)) or f"you lack create pods/exec -n {target.namespace}"
        return ProbedPod(target=target, outcome=UNREAD, message=f"exec was refused: {why}", steps=())
    steps = tuple(
        StepPart(step=one.step, result=one.result, code=one.code, detail=one.detail) for one in answer.steps
    )
    return ProbedPod(target=target, outcome=answer.outcome, message=answer.message, steps=steps)
