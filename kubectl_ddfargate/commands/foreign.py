"""Policies that are to go: those of other hands that inject the same workloads, and our own of another kind."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kubectl_ddfargate.cluster.objects import Objects
from kubectl_ddfargate.commands.replacing import backup_path
from kubectl_ddfargate.commands.write_options import WriteOptions
from kubectl_ddfargate.facts.agents import NATIVE_NAME
from kubectl_ddfargate.facts.fargate import fargate_workloads
from kubectl_ddfargate.facts.foreign_policies import ForeignPolicy, foreign_injectors, own_policies
from kubectl_ddfargate.facts.index import Index, NotReadError
from kubectl_ddfargate.model.design import Design
from kubectl_ddfargate.model.kinds import BINDINGS
from kubectl_ddfargate.model.objects import ObjectRef
from kubectl_ddfargate.model.plan import Change, Note, NoteLevel, Op, PlannedObject


@dataclass(frozen=True, kw_only=True)
class Goes:
    """One policy that is deleted once ours serves, with what must go with it."""

    change: Change
    live: Mapping[str, Any]
    """As it stands: for the file that it is kept in, and for putting it back. May hold credentials in clear."""
    ref: ObjectRef
    ours: bool

    def __repr__(self) -> str:
        """Without the object."""
        return f"Goes({self.ref.address})"


def policies_that_go(
    index: Index, objects: Objects, design: Design, options: WriteOptions, *, folder: Path
) -> tuple[tuple[Goes, ...], list[Note]]:
    """What ours replaces, and the notes that stop the plan where it must not."""
    try:
        found = _found(index, design, include_hidden=options.fix_kyverno_exclusions)
        own = own_policies(index)
    except NotReadError as error:
        return (), [Note(level=NoteLevel.BLOCK, text=f"it is not known who else injects: you lack {error}")]
    goes: list[Goes] = []
    notes: list[Note] = []
    for ref in own:
        if ref.kind != design.policy_kind:
            goes += _going(
                objects, ref, ours=True, backup="", why="our own of another kind; the new one replaces it"
            )
    for policy in found:
        where = ", ".join(sorted(one.address for one in policy.workloads))
        name = f"{policy.ref.kind}/{policy.ref.name}"
        if not policy.replaceable:
            notes.append(
                Note(
                    level=NoteLevel.BLOCK,
                    text=f"{name} injects an agent into {where} already, and this tool cannot replace it: "
                    f"{policy.why}",
                    commands=_by_hand(index, policy.ref),
                )
            )
        elif not options.replace_existing:
            notes.append(
                Note(
                    level=NoteLevel.BLOCK,
                    text=f"{name} injects an agent into {where} already; with --replace-existing ours takes its "
                    "place: it is kept in a file, and goes only when ours serves",
                )
            )
        else:
            bindings = [ObjectRef(policy.ref.api_version, BINDINGS.kind, "", name) for name in policy.bindings]
            # A binding goes before its policy would leave it without one; both come back in the other order.
            for ref in (policy.ref, *bindings):
                kept = backup_path(folder, ref.name, [Path(one.change.backup) for one in goes])
                goes += _going(objects, ref, ours=False, backup=f"./{kept}", why=f"replaced; kept in ./{kept}")
    if any(not one.ours for one in goes) and not os.access(folder.resolve(), os.W_OK):
        text = f"what is replaced would be kept in {folder.resolve()}, where you may not write: run it elsewhere"
        notes.append(Note(level=NoteLevel.BLOCK, text=text))
    return tuple(goes), notes


def _found(index: Index, design: Design, *, include_hidden: bool) -> tuple[ForeignPolicy, ...]:
    """What others inject. A policy that Kyverno's exclusions silence today acts once they are opened."""
    wanted = {(target.namespace, target.kind, target.name) for target in design.targets}
    refs = [one.ref for one in fargate_workloads(index)]
    chosen = [ref for ref in refs if (ref.namespace, ref.kind, ref.name) in wanted]
    found = foreign_injectors(index, chosen, include_hidden=include_hidden)
    if design.injector == "datadog":  # its own webhook is what is wanted
        return tuple(one for one in found if one.containers != (NATIVE_NAME,))
    return found


def _by_hand(index: Index, ref: ObjectRef) -> tuple[str, ...]:
    """How to keep and then take away what this tool cannot replace. Until the install nothing injects."""
    kubectl = " ".join(filter(None, ("kubectl", index.snapshot.kubectl_flags)))
    what = f"{ref.kind.lower()} {ref.name}" + (f" -n {ref.namespace}" if ref.namespace else "")
    return (f"{kubectl} get {what} -o yaml > {ref.name}.backup.yaml && {kubectl} delete {what}",)


def _going(objects: Objects, ref: ObjectRef, *, ours: bool, backup: str, why: str) -> list[Goes]:
    live = objects.live(ref)
    if live is None:
        return []
    change = Change(
        object=PlannedObject(api_version=ref.api_version, kind=ref.kind, namespace=ref.namespace, name=ref.name),
        op=Op.DELETE,
        why=why,
        backup=backup,
    )
    return [Goes(change=change, live=live, ref=ref, ours=ours)]
