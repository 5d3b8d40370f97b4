"""What an uninstall would take away, give back and roll: its plan. Writes nothing."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from kubectl_ddfargate.cluster.gateway import Gateway
from kubectl_ddfargate.cluster.objects import Objects
from kubectl_ddfargate.commands import replaced
from kubectl_ddfargate.commands.closing import Closing, plan_closing
from kubectl_ddfargate.commands.install import Asked
from kubectl_ddfargate.commands.left_over import injected, left_over
from kubectl_ddfargate.commands.owned import Owned, owned_objects
from kubectl_ddfargate.commands.preflight import lacking, uninstall_needs
from kubectl_ddfargate.commands.preparing import read
from kubectl_ddfargate.commands.raised import Raised, find_raised
from kubectl_ddfargate.commands.refused_deletes import refused_writes
from kubectl_ddfargate.commands.talk import Talk
from kubectl_ddfargate.facts.fargate import fargate_workloads
from kubectl_ddfargate.facts.index import Index, NotReadError
from kubectl_ddfargate.facts.outdated import Outdated
from kubectl_ddfargate.facts.workloads import WorkloadRef
from kubectl_ddfargate.model.kinds import BY_KIND
from kubectl_ddfargate.model.plan import Change, Note, NoteLevel, Op, Plan, PlannedObject


class Leaving(msgspec.Struct, frozen=True, kw_only=True):
    """What is ours in a cluster."""

    plan: Plan
    owned: tuple[Owned, ...]
    closing: Closing | None
    raised: tuple[Raised, ...] = ()
    """Whose `minReadySeconds` a restart that was killed left raised. Without --restart no rollout is waited for."""
    left: tuple[Outdated, ...] = ()
    """Whose pods have our agent already though nothing injects it: an earlier uninstall took the policy."""
    kubectl_flags: str = ""
    restoring: tuple[str, ...] = ()
    """The commands that bring back what install replaced."""


def plan_uninstall(gateway: Gateway, asked: Asked, talk: Talk) -> Leaving:
    """What would go. A right that lacks for looking stops the plan: what cannot be seen may well be ours.

    Raises ForbiddenError where not even a single object may be read.
    """
    talk.progress("looking for what is ours")
    objects = Objects(gateway)
    found = owned_objects(objects)
    index = look(gateway, asked, talk)
    closing, notes = plan_closing(index, objects)
    if found.refused:
        notes.append(_block(f"what is ours is not known: you may not {', '.join(found.refused)}"))
    left: tuple[Outdated, ...] = ()
    raised: tuple[Raised, ...] = ()
    rolled: tuple[WorkloadRef, ...] = ()
    try:
        left = left_over(index)
        raised = find_raised(gateway, fargate_workloads(index), left)
        if asked.options.restart:
            rolled = injected(index) if any(one.is_policy for one in found.owned) else _refs(left)
        else:
            raised = tuple(one for one in raised if not one.under_way)
    except NotReadError as error:
        notes.append(_block(f"which pods still have our agent is not known: you may not {error}"))
    changes = [_change(one) for one in found.owned]
    if closing is not None:
        changes.append(closing.change)
    changes += [_put_back(one.ref) for one in raised]
    notes += lacking(objects, changes, uninstall_needs((*rolled, *(one.ref for one in raised if one.under_way))))
    if asked.options.dry_run == "server" and not any(note.level is NoteLevel.BLOCK for note in notes):
        notes += refused_writes(objects, found.owned, closing)
    notes += [note for one in found.owned for note in one.notes]
    notes += [one.note(index.snapshot.kubectl_flags) for one in found.theirs]
    once = [gone for one in found.owned for gone in one.replaced]
    former = replaced.notes_of(objects, once, index.snapshot.kubectl_flags)
    notes += former
    plan = Plan(
        action="uninstall",
        context=gateway.context,
        server=gateway.server,
        changes=tuple(changes),
        notes=tuple(notes),
        restarts=tuple(ref.address for ref in rolled),
    )
    return Leaving(
        plan=plan,
        owned=found.owned,
        closing=closing,
        raised=raised,
        left=left,
        kubectl_flags=index.snapshot.kubectl_flags,
        restoring=tuple(command for note in former for command in note.commands),
    )


def look(gateway: Gateway, asked: Asked, talk: Talk) -> Index:
    """The cluster as it is now."""
    return Index(read(gateway, asked.given, talk.progress, kubectl_flags=asked.kubectl_flags))


def _block(text: str) -> Note:
    return Note(level=NoteLevel.BLOCK, text=f"{text}\nnext: ask for that right, then run the same command again")


def _refs(left: Sequence[Outdated]) -> tuple[WorkloadRef, ...]:
    return tuple(one.ref for one in left if not one.by_hand)


def _put_back(ref: WorkloadRef) -> Change:
    named = PlannedObject(
        api_version=BY_KIND[ref.kind].api_version, kind=ref.kind, namespace=ref.namespace, name=ref.name
    )
    return Change(object=named, op=Op.UPDATE, why="puts back minReadySeconds, which a restart left raised")


def _change(one: Owned) -> Change:
    ref = one.ref
    return Change(
        object=PlannedObject(api_version=ref.api_version, kind=ref.kind, namespace=ref.namespace, name=ref.name),
        op=Op.DELETE if one.goes else Op.UPDATE,
        why=one.why,
    )
