"""Policies that are to go: those of other hands that inject the same workloads, and our own of another kind."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from kubectl_ddfargate.cluster.objects import Objects
from kubectl_ddfargate.commands.going import Goes, going, stays
from kubectl_ddfargate.commands.own_former import (
    TAKE_OUT,
    datadog_settings_are_ours,
    own_of_another_kind,
    uninstall_command,
)
from kubectl_ddfargate.commands.write_options import WriteOptions
from kubectl_ddfargate.facts.agents import NATIVE_NAME, has_agent
from kubectl_ddfargate.facts.fargate import fargate_workloads
from kubectl_ddfargate.facts.foreign_policies import ForeignPolicy, foreign_injectors
from kubectl_ddfargate.facts.index import Index, NotProvedError, NotReadError
from kubectl_ddfargate.facts.injection import spec_today
from kubectl_ddfargate.facts.workloads import WorkloadRef
from kubectl_ddfargate.model.design import Design
from kubectl_ddfargate.model.kinds import BINDINGS, WEBHOOKS
from kubectl_ddfargate.model.objects import ObjectRef
from kubectl_ddfargate.model.plan import Note, NoteLevel
from kubectl_ddfargate.plan.owners import deployer_of

__all__ = ["Goes", "policies_that_go"]


def policies_that_go(
    index: Index, objects: Objects, design: Design, options: WriteOptions, *, folder: Path
) -> tuple[tuple[Goes, ...], list[Note]]:
    """What ours replaces, and the notes that stop the plan where it must not."""
    try:
        found = _found(index, design, include_hidden=options.fix_kyverno_exclusions)
        goes, notes = own_of_another_kind(index, objects, design, options)
    except NotReadError as error:
        text = f"it is not known who else injects: you lack {error}"
        return (), [stays(text, "ask for that right, then run this again")]
    for policy in found:
        if policy.ref.kind != WEBHOOKS.kind:
            _judge(index, objects, options, policy, folder, goes=goes, notes=notes)
    notes += _webhooks(index, objects, [one for one in found if one.ref.kind == WEBHOOKS.kind])
    if any(not one.ours for one in goes) and not os.access(folder.resolve(), os.W_OK):
        text = f"what is replaced would be kept in {folder.resolve()}, where you may not write"
        notes.append(stays(text, "run this again from a folder that you may write to"))
    return tuple(goes), notes


def _judge(
    index: Index,
    objects: Objects,
    options: WriteOptions,
    policy: ForeignPolicy,
    folder: Path,
    *,
    goes: list[Goes],
    notes: list[Note],
) -> None:
    """Add to what goes, or to the notes, what becomes of one policy of somebody else."""
    bindings = [ObjectRef(policy.ref.api_version, BINDINGS.kind, "", name) for name in policy.bindings]
    # A binding that goes before its policy would leave it without one; both come back in the other order.
    refs = (policy.ref, *bindings)
    lives = {ref: live for ref in refs if (live := objects.live(ref)) is not None}
    owner = next(filter(None, map(deployer_of, lives.values())), "")
    name, there = f"{policy.ref.kind}/{policy.ref.name}", _already(index, policy)
    if owner and not options.force_conflicts:
        # It would come back as it was, without stepping aside: two policies then meet in one pod.
        notes.append(stays(f"{there}, and belongs to {owner}, which would bring it back", TAKE_OUT))
    elif not policy.replaceable:
        text = f"{there}, and this tool cannot replace it: {policy.why}"
        commands = _by_hand(index, policy.ref)
        notes.append(stays(text, "keep it in a file, delete it, and run this again", commands=commands))
    elif not options.replace_existing:
        text = f"{there}; with --replace-existing ours takes its place: it is kept in a file, and goes only when "
        notes.append(stays(f"{text}ours serves", options.again("--replace-existing", index.snapshot.kubectl_flags)))
    else:
        if owner:
            text = f"{name} belongs to {owner}: take it out of its source before {owner} brings it back"
            notes.append(Note(level=NoteLevel.WARNING, text=text))
        from kubectl_ddfargate.commands.replacing import backup_path

        for ref, live in lives.items():
            kept = backup_path(folder, ref.name, [Path(one.change.backup) for one in goes])
            why = f"replaced; kept in ./{kept}"
            goes.append(going(ref, live, ours=False, backup=f"./{kept}", why=why))


def _webhooks(index: Index, objects: Objects, found: list[ForeignPolicy]) -> Iterator[Note]:
    """What a webhook adds. No command deletes one: it may do much else, and its owner would make it again."""
    for one in found:
        if one.of_datadog and datadog_settings_are_ours(index, objects):
            text = f"{_already(index, one)}, by settings that install made"
            yield stays(text, "take them back, then run this again", commands=(uninstall_command(index),))
        elif one.of_datadog:
            text = f"{_already(index, one)}, and this tool cannot replace it"
            yield stays(text, f"{one.why}, then run this again")
    unknown = [one for one in found if not one.of_datadog]
    for container in sorted({name for one in unknown for name in one.containers}):
        by = [one for one in unknown if container in one.containers]
        names = ", ".join(f"{one.ref.kind}/{one.ref.name}" for one in by)
        adds = f"{'one of ' if len(by) > 1 else ''}{names} adds the container {container} to {_where(by)}"
        yield stays(
            f"{adds}, and this tool cannot replace it: {by[0].why}",
            "have its owner leave these pods alone, then run this again",
        )


def _already(index: Index, policy: ForeignPolicy) -> str:
    """Into what it does; by its text it may look at more, of which a dry-run has shown that they get none."""
    into = [ref for ref in policy.workloads if not _goes_without(index, ref)] or policy.workloads
    return f"{policy.ref.kind}/{policy.ref.name} injects an agent into {_addresses(into)} already"


def _goes_without(index: Index, ref: WorkloadRef) -> bool:
    try:
        return not has_agent(spec_today(index, ref))
    except (NotProvedError, NotReadError):
        return False


def _where(found: Iterable[ForeignPolicy]) -> str:
    return _addresses(ref for one in found for ref in one.workloads)


def _addresses(refs: Iterable[WorkloadRef]) -> str:
    return ", ".join(sorted({ref.address for ref in refs}))


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
