"""What follows from the changes of a plan: what they cure, what is to be restarted, and what forbids them."""

from __future__ import annotations

import msgspec

from kubectl_ddfargate.commands.comparison import Comparison, compare
from kubectl_ddfargate.commands.cures import cured, findings_of, limited
from kubectl_ddfargate.commands.dropping import dropped
from kubectl_ddfargate.commands.plan_notes import for_sources, misfits
from kubectl_ddfargate.commands.planned_restarts import planned_restarts
from kubectl_ddfargate.commands.preflight import install_needs, lacking
from kubectl_ddfargate.commands.preparing import Prepared, blocks, compared
from kubectl_ddfargate.commands.write_options import WriteOptions
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.manifests import desired_objects
from kubectl_ddfargate.model.plan import Note
from kubectl_ddfargate.model.settings import Given


def with_consequences(
    prepared: Prepared,
    index: Index,
    given: Given,
    options: WriteOptions,
    *,
    before: Comparison | None,
    only_cures: bool,
) -> Prepared:
    """With the changes, what they cure, what is to be restarted, and all that would keep them from being made."""
    design, objects = prepared.design, prepared.objects
    assert design is not None
    findings = findings_of(prepared.snapshot, given)
    desired = desired_objects(design)
    if only_cures:
        desired = limited(findings, desired)
    found = compare(objects, index, design, desired, options, before=before)
    restarts = planned_restarts(
        objects.gateway, index, design, injection_changes=found.injection_changes, restart=options.restart
    )
    notes: list[Note] = []
    if not blocks((*prepared.plan.notes, *found.notes)) and (found.writes or options.restart):
        needs = install_needs(
            objects, design, options, policies=found.policies, goes=found.goes, rolled=restarts.refs
        )
        notes += lacking(objects, found.every, needs)
        notes += misfits(objects.gateway, design, beside_another=bool(found.goes)) if found.writes else ()
    notes += for_sources(found.pairs)
    notes += dropped(index, design, found.changes)
    notes += restarts.notes()
    found = msgspec.structs.replace(found, notes=(*found.notes, *notes))
    changed = compared(prepared, found, restarts)
    plan = msgspec.structs.replace(
        changed.plan,
        cures=cured(findings, desired, [(target.namespace, target.name) for target in design.targets]),
        restarts_asked=options.restart,
    )
    return msgspec.structs.replace(changed, plan=plan)
