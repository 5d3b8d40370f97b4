"""From settings and a live cluster to a plan, with all that is needed to carry out exactly that plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from kubectl_ddfargate import __version__
from kubectl_ddfargate.cluster.collect import Wanted, collect
from kubectl_ddfargate.cluster.gateway import Gateway
from kubectl_ddfargate.cluster.objects import Objects
from kubectl_ddfargate.commands import datadog_injector, foreign
from kubectl_ddfargate.commands.comparing import changes
from kubectl_ddfargate.commands.cures import cured, findings_of, limited
from kubectl_ddfargate.commands.dropping import dropped
from kubectl_ddfargate.commands.opening import Opening, plan_opening
from kubectl_ddfargate.commands.plan_notes import for_sources, misfits
from kubectl_ddfargate.commands.planned_restarts import NO_RESTARTS, PlannedRestarts, planned_restarts
from kubectl_ddfargate.commands.preflight import install_needs, lacking
from kubectl_ddfargate.commands.refusals import is_refusal, refused_note
from kubectl_ddfargate.commands.talk import Talk
from kubectl_ddfargate.commands.write_options import WriteOptions
from kubectl_ddfargate.errors import ApiError
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.manifests import desired_objects
from kubectl_ddfargate.model.design import Design
from kubectl_ddfargate.model.objects import Desired
from kubectl_ddfargate.model.plan import Change, NoteLevel, Op, Plan, ValueOrigin
from kubectl_ddfargate.model.settings import Given
from kubectl_ddfargate.model.snapshot import Snapshot
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
    opening: Opening | None = None
    """What must change in Kyverno's configuration, where that was asked for."""
    restarts: PlannedRestarts = NO_RESTARTS
    """What --restart would roll, as the plan says it."""


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

    What the server refuses to tell keeps it from that too: a note of level *block*. `only_cures`: leave out what
    cures none of doctor's findings.
    """
    prepared = Prepared(
        plan=Plan(context=gateway.context, server=gateway.server),
        snapshot=Snapshot(context=gateway.context, server=gateway.server),
        objects=Objects(gateway),
    )
    try:
        prepared = replace(prepared, snapshot=read(gateway, given, talk.progress, kubectl_flags=kubectl_flags))
        index = Index(prepared.snapshot)
        resolved = resolve(index, given)
        plan = msgspec.structs.replace(
            prepared.plan,
            notes=resolved.notes,
            injector=resolved.design.injector if resolved.design else "",
            injector_why=resolved.injector_why,
            address=resolved.address_text,
            targets=resolved.planned_targets,
        )
        prepared = replace(prepared, plan=plan)
        if resolved.design is None:
            return prepared
        talk.progress("comparing with the cluster")
        return _compared(prepared, index, resolved.design, given, options, only_cures=only_cures)
    except ApiError as error:
        if not is_refusal(error):
            raise
        notes = (*prepared.plan.notes, refused_note(error))
        return replace(prepared, plan=msgspec.structs.replace(prepared.plan, notes=notes))


def _compared(
    prepared: Prepared, index: Index, design: Design, given: Given, options: WriteOptions, *, only_cures: bool
) -> Prepared:
    objects, snapshot = prepared.objects, prepared.snapshot
    notes = list(prepared.plan.notes)
    findings = findings_of(snapshot, given)
    desired = desired_objects(design)
    if only_cures:
        desired = limited(findings, desired)
    goes: tuple[foreign.Goes, ...] = ()
    opening: Opening | None = None
    injects = any(one.component in POLICY_COMPONENTS for one in desired) or design.injector == "datadog"
    if injects:
        goes, more = foreign.policies_that_go(index, objects, design, options, folder=Path())
        notes += more
        notes += datadog_injector.notes_of(index, design)
        opening, more = plan_opening(index, objects, design, options)
        notes += more
    compared = changes(objects, desired, force=options.force_conflicts)
    pairs = list(zip(desired, compared, strict=True))
    opens = () if opening is None else (opening.change,)
    leave = tuple(one.change for one in goes)
    every = (*opens, *compared, *leave)
    policies = [(one, change) for one, change in pairs if one.component in POLICY_COMPONENTS]
    writes = any(change.op.writes for change in every)
    restarts = planned_restarts(
        objects.gateway,
        index,
        design,
        injection_changes=any(change.op.writes for change in (*opens, *(change for _, change in policies), *leave)),
        restart=options.restart,
    )
    if not any(note.level is NoteLevel.BLOCK for note in notes) and (writes or options.restart):
        needs = install_needs(objects, design, options, policies=policies, goes=goes, rolled=restarts.refs)
        notes += lacking(objects, every, needs)
        notes += misfits(objects.gateway, design, beside_another=bool(goes)) if writes else ()
    notes += for_sources(pairs)
    notes += dropped(index, design, compared)
    notes += restarts.notes()
    plan = msgspec.structs.replace(
        prepared.plan,
        notes=tuple(notes),
        changes=every,
        cures=cured(findings, desired, [(target.namespace, target.name) for target in design.targets]),
        origins=tuple(ValueOrigin(name=one.name, value=one.value, source=one.source) for one in design.origins),
        restarts=tuple(ref.address for ref in restarts.rolled),
    )
    return replace(
        prepared,
        plan=plan,
        design=design,
        desired=desired,
        changes=compared,
        goes=goes,
        opening=opening,
        restarts=restarts,
    )


def nothing_to_do(prepared: Prepared) -> bool:
    """Whether the cluster is as the plan wants it."""
    return not prepared.plan.blocked and all(change.op is Op.SAME for change in prepared.plan.changes)
