"""From settings and a live cluster to a plan, with all that is needed to carry out exactly that plan.

What compares is loaded in a thread while the cluster is read. For `diff` that pays: 858 ms with it, 937 ms without.
`doctor` does without: a thread that loads holds up those that read and decode (10,000 pods: 11 to 16 % faster).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import TYPE_CHECKING

import msgspec

from kubectl_ddfargate import __version__
from kubectl_ddfargate.cluster.collect import Collecting, Wanted, collect
from kubectl_ddfargate.cluster.gateway import Gateway
from kubectl_ddfargate.cluster.objects import Objects
from kubectl_ddfargate.commands.planned_restarts import NO_RESTARTS, PlannedRestarts
from kubectl_ddfargate.commands.refusals import is_refusal, refused_note
from kubectl_ddfargate.commands.talk import Talk
from kubectl_ddfargate.commands.write_options import WriteOptions
from kubectl_ddfargate.errors import ApiError
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.model.design import Design
from kubectl_ddfargate.model.objects import Desired
from kubectl_ddfargate.model.plan import Change, Note, NoteLevel, Op, Plan, ValueOrigin
from kubectl_ddfargate.model.settings import Given
from kubectl_ddfargate.model.snapshot import Snapshot

if TYPE_CHECKING:
    from kubectl_ddfargate.commands.comparison import Comparison
    from kubectl_ddfargate.commands.going import Goes
    from kubectl_ddfargate.commands.opening import Opening

_COMPARES = "kubectl_ddfargate.commands.comparison"
"""What settles and compares, and all that it needs."""
POLICY_COMPONENTS = frozenset({"kyverno", "cluster_policy", "admission_policy", "datadog"})
"""Components that put a policy into force: applied last, taken back first."""


class Prepared(msgspec.Struct, frozen=True, kw_only=True):
    """A plan, and what carries it out."""

    plan: Plan
    snapshot: Snapshot
    objects: Objects
    design: Design | None = None
    """None where something keeps it from being settled: then the plan is blocked."""
    desired: tuple[Desired, ...] = ()
    changes: tuple[Change, ...] = ()
    """Of `desired`, in the same order."""
    goes: tuple[Goes, ...] = ()
    """Policies that ours replaces."""
    opening: Opening | None = None
    """What must change in Kyverno's configuration, where that was asked for."""
    restarts: PlannedRestarts = NO_RESTARTS
    """What --restart would roll, as the plan says it."""


def read(gateway: Gateway, given: Given, progress: Callable[[str], None], *, kubectl_flags: str = "") -> Snapshot:
    """What the cluster shows today, with a dry-run of every template."""
    return collect(gateway, _wanted(given, kubectl_flags), progress)


def _wanted(given: Given, kubectl_flags: str) -> Wanted:
    return Wanted(
        prove=None,
        prove_all=True,
        for_install=named_namespaces(given),
        service_cidr=given.settings.service_cidr,
        kubectl_flags=kubectl_flags,
        tool_version=__version__,
    )


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
    cures none of doctor's findings. Where nothing is to be changed, only what that hangs on is proved, and nothing
    is said of doctor's findings: such a plan cures none.
    """
    prepared = Prepared(
        plan=Plan(context=gateway.context, server=gateway.server),
        snapshot=Snapshot(context=gateway.context, server=gateway.server),
        objects=Objects(gateway),
    )
    threading.Thread(target=import_module, args=(_COMPARES,), daemon=True).start()
    found: Comparison | None = None
    try:
        with Collecting(gateway, _wanted(given, kubectl_flags), talk.progress) as collecting:
            if not (options.restart or only_cures):
                prepared = msgspec.structs.replace(prepared, snapshot=collecting.decisive())
                prepared.objects.know(prepared.snapshot.groups)
                index = Index(prepared.snapshot)
                settled = _settled(prepared, index, given)
                prepared = msgspec.structs.replace(prepared, plan=settled.plan)
                if settled.design is not None:
                    talk.progress("comparing with the cluster")
                    found = _compare(settled, index, settled.design, options)
                    if found.is_same and not blocks((*settled.plan.notes, *found.notes)):
                        return compared(settled, found)
            prepared = msgspec.structs.replace(prepared, snapshot=collecting.whole())
        prepared.objects.know(prepared.snapshot.groups)
        index = Index(prepared.snapshot)
        settled = _settled(prepared, index, given)
        prepared = msgspec.structs.replace(prepared, plan=settled.plan)
        if settled.design is None:
            return prepared
        talk.progress("comparing with the cluster")
        # Only now: a plan without changes needs little of it.
        from kubectl_ddfargate.commands.consequences import with_consequences

        return with_consequences(settled, index, given, options, before=found, only_cures=only_cures)
    except ApiError as error:
        if not is_refusal(error):
            raise
        notes = (*prepared.plan.notes, refused_note(error))
        return msgspec.structs.replace(prepared, plan=msgspec.structs.replace(prepared.plan, notes=notes))


def _compare(prepared: Prepared, index: Index, design: Design, options: WriteOptions) -> Comparison:
    from kubectl_ddfargate.commands.comparison import compare
    from kubectl_ddfargate.manifests import desired_objects

    return compare(prepared.objects, index, design, desired_objects(design), options)


def _settled(prepared: Prepared, index: Index, given: Given) -> Prepared:
    """With the values that settings and cluster give."""
    from kubectl_ddfargate.resolve import resolve

    resolved = resolve(index, given)
    design = resolved.design
    plan = msgspec.structs.replace(
        prepared.plan,
        notes=resolved.notes,
        injector=design.injector if design else "",
        injector_why=resolved.injector_why,
        address=resolved.address_text,
        targets=resolved.planned_targets,
    )
    return msgspec.structs.replace(prepared, plan=plan, design=design)


def compared(prepared: Prepared, found: Comparison, restarts: PlannedRestarts = NO_RESTARTS) -> Prepared:
    """With the changes and what is said of them."""
    design = prepared.design
    assert design is not None
    plan = msgspec.structs.replace(
        prepared.plan,
        notes=(*prepared.plan.notes, *found.notes),
        changes=found.every,
        origins=tuple(ValueOrigin(name=one.name, value=one.value, source=one.source) for one in design.origins),
        restarts=tuple(ref.address for ref in restarts.rolled),
    )
    return msgspec.structs.replace(
        prepared,
        plan=plan,
        desired=found.desired,
        changes=found.changes,
        goes=found.goes,
        opening=found.opening,
        restarts=restarts,
    )


def blocks(notes: Iterable[Note]) -> bool:
    """Whether one of them keeps all of a plan from being written."""
    return any(note.level is NoteLevel.BLOCK for note in notes)


def nothing_to_do(prepared: Prepared) -> bool:
    """Whether the cluster is as the plan wants it."""
    return not prepared.plan.blocked and all(change.op is Op.SAME for change in prepared.plan.changes)
