"""Which workloads are to get agents."""

from __future__ import annotations

import msgspec

from kubectl_ddfargate.facts.agents import has_agent
from kubectl_ddfargate.facts.cluster_agent import ClusterAgent
from kubectl_ddfargate.facts.dns import effective_dns
from kubectl_ddfargate.facts.fargate import Workload, fargate_workloads
from kubectl_ddfargate.facts.index import Index, NotReadError
from kubectl_ddfargate.facts.selectors import selects
from kubectl_ddfargate.facts.workloads import RESTARTABLE, WorkloadRef, metadata_of, owner_of, template_of
from kubectl_ddfargate.model.design import OPT_OUT_LABEL, TargetWorkload
from kubectl_ddfargate.model.kinds import ENDING
from kubectl_ddfargate.model.kube.pods import PodSpec
from kubectl_ddfargate.model.plan import NoteLevel
from kubectl_ddfargate.model.settings import TargetSettings
from kubectl_ddfargate.resolve.desk import Desk
from kubectl_ddfargate.resolve.kept_out import is_kept_out, tell_silenced
from kubectl_ddfargate.resolve.label_selector import parse_selector
from kubectl_ddfargate.resolve.named_target import nearest, parse_target, ref_named, written
from kubectl_ddfargate.resolve.template_labels import labels_as_sent, telling_labels


def settle_targets(
    desk: Desk, agent: ClusterAgent | None, *, engine_namespace: str | None
) -> tuple[TargetWorkload, ...]:
    """The named workloads and those of the selector, else all that keep running; in order, each once."""
    settings = desk.settings
    workloads = desk.ask("what runs on Fargate", lambda: fargate_workloads(desk.index))
    if workloads is None:
        return ()
    found: dict[tuple[str, str, str], TargetWorkload] = {}
    told = len(desk.notes)
    for entry in settings.targets or ():
        target = _named(desk, entry, workloads)
        if target is not None:
            found[target.namespace, target.kind, target.name] = target
    if settings.selector or settings.targets is None:
        for target in _running(desk, workloads, agent, engine_namespace):
            found.setdefault((target.namespace, target.kind, target.name), target)
    source = _source(desk)
    targets = tuple(sorted(found.values()))
    tell_silenced(desk, targets)
    desk.settle("targets", ", ".join(target.address for target in targets) or "none", source)
    if not targets and not any(note.level is NoteLevel.BLOCK for note in desk.notes[told:]):
        desk.block(
            "no workload is to get an agent" + (f" by --selector {settings.selector}" if settings.selector else ""),
            next_step="see what runs on Fargate with: kubectl ddfargate doctor, or name a workload with --target",
        )
    return targets


def _source(desk: Desk) -> str:
    if desk.settings.targets is None and desk.settings.selector:
        return desk.given.source("selector", "the selector")
    return "every Fargate workload that keeps running"


def _named(desk: Desk, entry: str | TargetSettings, workloads: tuple[Workload, ...]) -> TargetWorkload | None:
    try:
        wanted = parse_target(entry) if isinstance(entry, str) else entry
    except ValueError as error:
        desk.block(str(error), next_step="correct --target")
        return None
    ref = ref_named(wanted)
    if ref.kind == "DaemonSet":
        desk.block(
            f"{ref.address} cannot be a target: Fargate runs no DaemonSets", next_step="leave out that --target"
        )
        return None
    here = next((one for one in workloads if _same(one.ref, ref)), None)
    try:
        here = here or _elsewhere(desk, ref)
        if here is None:
            names = [written(one.ref) for one in workloads]
            desk.block(
                f"there is no {ref.address} that could be a target{nearest(written(ref), names)}",
                next_step=f"name one of: {', '.join(names[:8])}" if names else "run a workload on Fargate first",
            )
            return None
        if is_kept_out(desk.index, here.ref, here.pods):
            desk.block(
                f"the template of {ref.address} has the label {OPT_OUT_LABEL}=false, so no policy takes its pods",
                next_step="take that label away, or leave out that --target",
            )
            return None
        target = _described(desk, here)
    except NotReadError as error:
        desk.unread(ref.address, error)
        return None
    if target is None:
        return None
    if wanted.labels:
        target = msgspec.structs.replace(target, labels=tuple(sorted(wanted.labels.items())))
    return msgspec.structs.replace(target, service_account=wanted.service_account or target.service_account)


def _elsewhere(desk: Desk, ref: WorkloadRef) -> Workload | None:
    """A workload without a pod on Fargate; None where there is none of this name."""
    if metadata_of(desk.index, ref) is None:
        return None
    desk.warn(f"{ref.address} has no pod on Fargate today; its new pods get an agent wherever they run")
    return Workload(ref, ())


def _same(one: WorkloadRef, other: WorkloadRef) -> bool:
    """Whether two names mean one workload. The API version that an owner was found by is no part of the name."""
    return (one.namespace, one.kind, one.name) == (other.namespace, other.kind, other.name)


def _running(
    desk: Desk, workloads: tuple[Workload, ...], agent: ClusterAgent | None, engine_namespace: str | None
) -> list[TargetWorkload]:
    try:
        selector = parse_selector(desk.settings.selector) if desk.settings.selector else None
    except ValueError as error:
        desk.block(str(error), next_step="correct --selector")
        return []
    index, found, ending = desk.index, [], []
    for workload in workloads:
        ref = workload.ref
        try:
            labels = labels_as_sent(index, ref, workload.pods)
            left_out = ref.namespace == engine_namespace or _is_cluster_agent(index, agent, workload)
            if left_out or not selects(selector, labels):
                continue
            if ref.kind not in RESTARTABLE:
                ending.append(ref)
                continue
            if is_kept_out(index, ref, workload.pods):
                desk.inform(f"{ref.address} is left out: its template has the label {OPT_OUT_LABEL}=false")
                continue
            target = _described(desk, workload)
        except NotReadError as error:
            desk.unread(ref.address, error)
            continue
        if target is not None:
            found.append(target)
    if ending:
        listed = ", ".join(ref.address for ref in ending[:8]) + (" and others" if len(ending) > 8 else "")
        desk.inform(f"no targets unless named with --target, since they end or are made by hand: {listed}")
    return found


def _is_cluster_agent(index: Index, agent: ClusterAgent | None, workload: Workload) -> bool:
    if agent is None:
        return False
    if agent.deployment is not None and workload.ref.kind == "Deployment":
        return (workload.ref.namespace, workload.ref.name) == (agent.namespace, agent.deployment.name)
    return any(owner_of(index, pod) == workload.ref for pod in agent.pods)


def _described(desk: Desk, workload: Workload) -> TargetWorkload | None:
    """A target with all that is needed of it; None where its template holds an agent already."""
    index, ref = desk.index, workload.ref
    template = template_of(index, ref)
    spec = template.spec if template is not None else workload.pods[0].spec if workload.pods else PodSpec()
    if template is not None and has_agent(template.spec):
        desk.inform(f"{ref.address} is left out: its template holds an agent already")
        return None
    return TargetWorkload(
        namespace=ref.namespace,
        kind=ref.kind,
        name=ref.name,
        labels=telling_labels(index, ref, workload.pods),
        service_account=spec.service_account_name or "default",
        pods=len(workload.pods),
        node_dns=effective_dns(index, spec).kind in ("node", "host"),
        ends=ref.kind in ENDING,
    )
