"""From settings and a live cluster to a plan, with all that is needed to carry out exactly that plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from kubectl_ddfargate import __version__
from kubectl_ddfargate.cluster.collect import Wanted, collect
from kubectl_ddfargate.cluster.gateway import Gateway
from kubectl_ddfargate.cluster.objects import Objects
from kubectl_ddfargate.cluster.rights_asked import missing_rights
from kubectl_ddfargate.commands import datadog_injector, foreign, hiding
from kubectl_ddfargate.commands.comparing import changes
from kubectl_ddfargate.commands.cures import cured, findings_of, limited
from kubectl_ddfargate.commands.dropping import dropped
from kubectl_ddfargate.commands.proving import fits
from kubectl_ddfargate.commands.talk import Talk
from kubectl_ddfargate.commands.write_options import WriteOptions
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.manifests import desired_objects
from kubectl_ddfargate.model.design import Design
from kubectl_ddfargate.model.objects import Desired
from kubectl_ddfargate.model.plan import Change, Note, NoteLevel, Op, Plan, ValueOrigin
from kubectl_ddfargate.model.settings import Given
from kubectl_ddfargate.model.snapshot import Snapshot
from kubectl_ddfargate.plan.compare import wanted
from kubectl_ddfargate.resolve import resolve

POLICY_COMPONENTS = frozenset({"kyverno", "cluster_policy", "admission_policy", "datadog"})
"""Components that put a policy into force: applied last, taken back first."""


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A plan, and what carries it out."""

    plan: Plan
    snapshot: Snapshot
    objects: Objects
    design: Design | None = None
    """None where something keeps it from being settled: then the plan is blocked."""
    desired: tuple[Desired, ...] = ()
    changes: tuple[Change, ...] = ()
    """Of `desired`, in the same order."""
    goes: tuple[foreign.Goes, ...] = ()
    """Policies that ours replaces."""
    opening: hiding.Opening | None = None
    """What must change in Kyverno's configuration, where that was asked for."""


def read(gateway: Gateway, given: Given, progress: Callable[[str], None], *, kubectl_flags: str = "") -> Snapshot:
    """What the cluster shows today, with a dry-run of every template."""
    wanted = Wanted(
        prove=None,
        prove_all=True,
        for_install=named_namespaces(given),
        service_cidr=given.settings.service_cidr,
        kubectl_flags=kubectl_flags,
        tool_version=__version__,
    )
    return collect(gateway, wanted, progress)


def named_namespaces(given: Given) -> tuple[str, ...]:
    """The namespaces of the targets that were named."""
    targets = given.settings.targets or ()
    return tuple(sorted({one.partition("/")[0] if isinstance(one, str) else one.namespace for one in targets}))


def prepare(
    gateway: Gateway,
    given: Given,
    options: WriteOptions,
    talk: Talk,
    *,
    kubectl_flags: str = "",
    only_cures: bool = False,
) -> Prepared:
    """Read, settle, compare, and look for all that would keep the plan from being carried out. Writes nothing.

    `only_cures`: leave out what cures none of doctor's findings.
    """
    snapshot = read(gateway, given, talk.progress, kubectl_flags=kubectl_flags)
    index = Index(snapshot)
    resolved = resolve(index, given)
    notes = list(resolved.notes)
    objects = Objects(gateway)
    plan = Plan(
        context=gateway.context,
        server=gateway.server,
        injector=resolved.design.injector if resolved.design else "",
        injector_why=resolved.injector_why,
        address=resolved.address_text,
        targets=resolved.planned_targets,
    )
    design = resolved.design
    if design is None:
        return Prepared(plan=_with(plan, notes=notes), snapshot=snapshot, objects=objects)
    talk.progress("comparing with the cluster")
    findings = findings_of(snapshot)
    desired = desired_objects(design)
    if only_cures:
        desired = limited(findings, desired)
    goes: tuple[foreign.Goes, ...] = ()
    opening: hiding.Opening | None = None
    injects = any(one.component in POLICY_COMPONENTS for one in desired) or design.injector == "datadog"
    if injects:
        goes, more = foreign.policies_that_go(index, objects, design, options, folder=Path())
        notes += more
        notes += datadog_injector.notes_of(design, snapshot.kubectl_flags)
        opening, more = hiding.opening(index, objects, design, options)
        notes += more
    compared = changes(objects, desired, force=options.force_conflicts)
    every = (
        *(() if opening is None else (opening.change,)),
        *compared,
        *(one.change for one in goes),
    )
    if not any(note.level is NoteLevel.BLOCK for note in notes) and any(change.op.writes for change in every):
        lacks = missing_rights(objects, every)
        if lacks:
            notes.append(_lacks(lacks))
        notes += [
            Note(
                level=NoteLevel.BLOCK, text=f"{one.target}: the server refuses a pod with the agent: {one.message}"
            )
            for one in fits(gateway, design, design.targets, beside_another=bool(goes))
        ]
    notes += [
        Note(
            level=NoteLevel.INFO,
            text=f"for the source of {change.address}, which belongs to {change.owner}: what it must say",
            values=wanted(one),
        )
        for one, change in zip(desired, compared, strict=True)
        if change.op is Op.CONFLICT
    ]
    notes += dropped(index, design, compared)
    cures = cured(
        findings,
        desired,
        [(target.namespace, target.name) for target in design.targets],
    )
    origins = tuple(ValueOrigin(name=one.name, value=one.value, source=one.source) for one in design.origins)
    return Prepared(
        plan=_with(
            plan,
            notes=notes,
            changes=every,
            cures=cures,
            origins=origins,
            restarts=_restarts(design, desired, compared),
        ),
        snapshot=snapshot,
        objects=objects,
        design=design,
        desired=desired,
        changes=compared,
        goes=goes,
        opening=opening,
    )


def _with(
    plan: Plan,
    *,
    notes: list[Note],
    **more: Any,
) -> Plan:
    return msgspec.structs.replace(plan, notes=tuple(notes), **more)


def _restarts(design: Design, desired: tuple[Desired, ...], compared: tuple[Change, ...]) -> tuple[str, ...]:
    """The workloads whose pods will be older than the policy, DNS last."""
    changed = any(
        change.op.writes
        for one, change in zip(desired, compared, strict=True)
        if one.component in POLICY_COMPONENTS
    )
    running = [target for target in design.targets if target.pods and not target.ends]
    running.sort(key=lambda target: (target.namespace == "kube-system" and target.name == "coredns", target))
    return tuple(target.address for target in running) if changed else ()


def _lacks(rights: tuple[str, ...]) -> Note:
    return Note(level=NoteLevel.BLOCK, text=f"you lack these rights: {'; '.join(rights)}")


def nothing_to_do(prepared: Prepared) -> bool:
    """Whether the cluster is as the plan wants it."""
    return not prepared.plan.blocked and all(change.op is Op.SAME for change in prepared.plan.changes)
