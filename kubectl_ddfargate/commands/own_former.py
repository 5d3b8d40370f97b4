"""Policies of ours that another kind is to take the place of."""

from __future__ import annotations

from kubectl_ddfargate.cluster.objects import Objects
from kubectl_ddfargate.commands.going import Goes, going, stays
from kubectl_ddfargate.commands.write_options import WriteOptions
from kubectl_ddfargate.facts.foreign_policies import own_bindings, own_policies
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.model.design import Design
from kubectl_ddfargate.model.kinds import DATADOG_AGENTS, POLICIES
from kubectl_ddfargate.model.kubectl_line import ddfargate_line
from kubectl_ddfargate.model.objects import ObjectRef
from kubectl_ddfargate.model.ours import has_our_fields, is_ours
from kubectl_ddfargate.model.plan import Note
from kubectl_ddfargate.plan.owners import deployer_of, owner_of

TAKE_OUT = "take it out of its source, then run this again"


def own_of_another_kind(
    index: Index, objects: Objects, design: Design, options: WriteOptions
) -> tuple[list[Goes], list[Note]]:
    """What goes, with its bindings, and the notes on what must not go though it carries our label.

    `render` gives the label too: what another tool applied is neither ours to delete nor kept anywhere.
    Raises NotReadError where policies may not be read.
    """
    refs = [ref for ref in own_policies(index) if ref.kind != design.policy_kind]
    if design.policy_kind != POLICIES.kind:
        refs += own_bindings(index)  # also one that a run left behind which was killed
    goes: list[Goes] = []
    notes: list[Note] = []
    for ref in refs:
        from kubectl_ddfargate.commands.taking_over import is_taken

        live = objects.live(ref)
        if live is None:
            continue
        owner = deployer_of(live)
        if is_taken(live):
            text = (
                f"{ref.address} was somebody else's before install took it over: it must be put back, not deleted"
            )
            notes.append(stays(text, "put it back, then run this again", commands=(uninstall_command(index),)))
        elif not is_ours(live):
            told = f"belongs to {owner}, which would bring it back" if owner else _applied_by(owner_of(live))
            notes.append(stays(f"{_named(ref)} carries our label, but {told}", TAKE_OUT))
        elif owner and not options.force_conflicts:
            notes.append(stays(f"{_named(ref)} belongs to {owner}, which would bring it back", TAKE_OUT))
        else:
            why = "our own of another kind; the new one replaces it"
            goes.append(going(ref, live, ours=True, backup="", why=why))
    return goes, notes


def datadog_settings_are_ours(index: Index, objects: Objects) -> bool:
    """Whether Datadog's own injection is what an install of ours set in a DatadogAgent."""
    from kubectl_ddfargate.commands.taking_over import is_taken

    for one in index.seen(DATADOG_AGENTS):
        ref = ObjectRef(DATADOG_AGENTS.api_version, DATADOG_AGENTS.kind, one.namespace, one.name)
        live = objects.live(ref)
        if live is not None and (has_our_fields(live) or is_taken(live)):
            return True
    return False


def uninstall_command(index: Index) -> str:
    """It can be pasted as it stands."""
    return ddfargate_line(index.snapshot.kubectl_flags, "uninstall")


def _applied_by(owner: str) -> str:
    return f"{owner or 'somebody else'} applied it: it would go without a copy"


def _named(ref: ObjectRef) -> str:
    return f"{ref.kind}/{ref.name}"
