"""What a run may need beside the changes that its plan shows: to take back, to replace, to restart, to wait.

It is asked for before anything is written: a right that lacks halfway would leave a policy in force of which nobody
knows whether it works, or a workload that cannot be set back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kubectl_ddfargate.cluster import rights_asked
from kubectl_ddfargate.cluster.access_reviews import Permission
from kubectl_ddfargate.cluster.gateway import Gateway
from kubectl_ddfargate.cluster.objects import Objects
from kubectl_ddfargate.commands.external_secrets import awaited
from kubectl_ddfargate.commands.foreign import Goes
from kubectl_ddfargate.commands.write_options import WriteOptions
from kubectl_ddfargate.facts.workloads import WorkloadRef
from kubectl_ddfargate.model.design import Design
from kubectl_ddfargate.model.kinds import BINDINGS, SECRETS
from kubectl_ddfargate.model.objects import Desired
from kubectl_ddfargate.model.plan import Change, Note, NoteLevel

Policies = Sequence[tuple[Desired, Change]]
"""The objects that put a policy into force."""
ASK_FOR_THEM = "ask whoever runs the cluster for them (docs/rbac.md lists what each command needs)"


def install_needs(
    objects: Objects,
    design: Design,
    options: WriteOptions,
    *,
    policies: Policies,
    goes: Iterable[Goes],
    rolled: Iterable[WorkloadRef],
) -> tuple[Permission, ...]:
    """The rights beside those of the changes. `rolled`: what --restart would write to."""
    found: list[Permission] = []
    goes = tuple(goes)
    for one, change in policies:
        found += rights_asked.to_take_back(objects, one.ref, change.op)
        # It gets a note of what it replaced; and a target that does not come up is taken out of it.
        if goes or (options.restart and one.ref.kind != BINDINGS.kind):
            found += rights_asked.to_change(objects, one.ref)
    for going in goes:
        if going.ours:  # what is kept in a file tells so by its change
            found += rights_asked.to_replace(objects, going.ref)
    if policies:
        found += [
            Permission("get", SECRETS.plural, SECRETS.group, copy.namespace, copy.name) for copy in awaited(design)
        ]
    if options.restart:
        found += rights_asked.to_restart(rolled, undoes=True)
    return tuple(dict.fromkeys(found))


def uninstall_needs(rolled: Iterable[WorkloadRef]) -> tuple[Permission, ...]:
    """The rights for `uninstall --restart`, which sets nothing back. Without --restart there is nothing to roll."""
    return rights_asked.to_restart(rolled, undoes=False)


def lacking(objects: Objects, changes: Iterable[Change], needs: Iterable[Permission] = ()) -> tuple[Note, ...]:
    """The note that stops the plan, with every right that the caller lacks; none where all are there."""
    lacks = rights_asked.missing_rights(objects, changes, needs)
    if not lacks:
        return ()
    return (Note(level=NoteLevel.BLOCK, text=f"{lacking_rights(lacks)}\nnext: {ASK_FOR_THEM}"),)


def lacking_rights(lacks: Iterable[str]) -> str:
    """For people; `ASK_FOR_THEM` is the next step."""
    return f"you lack these rights: {'; '.join(lacks)}"


def restart_lacks(gateway: Gateway, refs: Iterable[WorkloadRef]) -> tuple[str, ...]:
    """The rights that the caller lacks for rolling these workloads; empty where all are there."""
    return rights_asked.missing_rights(Objects(gateway), (), rights_asked.to_restart(refs, undoes=False))
