"""`uninstall`: takes away what is ours, and nothing else.

The policy goes first, so that no new pod comes to need the rest.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass

from kubectl_ddfargate.cluster import connect
from kubectl_ddfargate.cluster.gateway import Gateway
from kubectl_ddfargate.cluster.objects import Objects
from kubectl_ddfargate.cluster.rights_asked import missing_rights
from kubectl_ddfargate.commands import hiding
from kubectl_ddfargate.commands.install import Asked
from kubectl_ddfargate.commands.owned import Owned, owned_objects
from kubectl_ddfargate.commands.preparing import read
from kubectl_ddfargate.commands.proving import gone
from kubectl_ddfargate.commands.restart import restart_workloads
from kubectl_ddfargate.commands.still_needed import needed_by
from kubectl_ddfargate.commands.talk import Talk
from kubectl_ddfargate.errors import ExitCode
from kubectl_ddfargate.facts.fargate import fargate_workloads
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.facts.outdated import Outdated, needs_restart
from kubectl_ddfargate.model.plan import Change, Note, NoteLevel, Op, Plan, PlannedObject


@dataclass(frozen=True, kw_only=True)
class Leaving:
    """What is ours in a cluster."""

    plan: Plan
    owned: tuple[Owned, ...]
    closing: hiding.Closing | None


def plan_uninstall(gateway: Gateway, asked: Asked, talk: Talk) -> Leaving:
    """What would go. Writes nothing."""
    talk.progress("looking for what is ours")
    objects = Objects(gateway)
    owned = owned_objects(objects)
    index = Index(read(gateway, asked.given, talk.progress, kubectl_flags=asked.kubectl_flags))
    closing, notes = hiding.closing(index, objects)
    changes = [_change(one) for one in owned]
    if closing is not None:
        changes.append(closing.change)
    lacks = missing_rights(objects, changes) if changes else ()
    if lacks:
        notes.append(Note(level=NoteLevel.BLOCK, text=f"you lack these rights: {'; '.join(lacks)}"))
    plan = Plan(
        action="uninstall",
        context=gateway.context,
        server=gateway.server,
        changes=tuple(changes),
        notes=tuple(notes),
    )
    return Leaving(plan=plan, owned=owned, closing=closing)


def uninstall(asked: Asked, talk: Talk) -> ExitCode:
    """Show what is ours, ask, take it away."""
    with connect(asked.connection, trace=asked.trace, warn=talk.warn) as gateway:
        leaving = plan_uninstall(gateway, asked, talk)
        talk.show(leaving.plan)
        if leaving.plan.blocked:
            talk.say("nothing was written")
            return ExitCode.BAD
        if asked.options.dry_run != "none":
            talk.say(f"nothing was written ({asked.options.dry_run} dry run)")
            return ExitCode.GOOD
        if not leaving.plan.changes:
            talk.say("nothing of ours is here")
            return ExitCode.GOOD
        if not talk.confirm(f"Take this away from {gateway.context or gateway.server}?"):
            talk.say("nothing was written")
            return ExitCode.BAD
        return _take_away(gateway, leaving, asked, talk)


def _take_away(gateway: Gateway, leaving: Leaving, asked: Asked, talk: Talk) -> ExitCode:
    objects = Objects(gateway)
    policies = [one for one in leaving.owned if one.is_policy]
    for one in policies:
        one.release(objects)
        talk.say(f"{one.ref.address} {one.verb}")
    if leaving.closing is not None:
        leaving.closing.apply(objects)
        talk.say(f"{leaving.closing.change.address} configured")
    index = Index(read(gateway, asked.given, talk.progress, kubectl_flags=asked.kubectl_flags))
    if policies and asked.options.wait:
        # Until the policy is out of force a restarted pod would get its agent again.
        gone(gateway, fargate_workloads(index), deadline=time.monotonic() + asked.options.timeout)
        index = Index(read(gateway, asked.given, talk.progress, kubectl_flags=asked.kubectl_flags))
    code = ExitCode.GOOD
    left = needs_restart(index, fargate_workloads(index))
    if left and asked.options.restart:
        result = restart_workloads(
            gateway,
            left,
            deadline_each=asked.options.timeout,
            tell=talk.say,
            progress=talk.progress,
            kubectl_flags=asked.kubectl_flags,
            dns_settle=asked.options.settle,
        )
        code = ExitCode.GOOD if result.ok else ExitCode.BAD
        index = Index(read(gateway, asked.given, talk.progress, kubectl_flags=asked.kubectl_flags))
    else:
        _tell_older(left, talk)
    bound: tuple[str, ...] = ()
    for one in leaving.owned:
        if one.is_policy:
            continue
        # A role stays with the last of its bindings; those stand before it.
        users = bound if one.ref.kind == "ClusterRole" else needed_by(index, one)
        if one.ref.kind == "ClusterRoleBinding":
            bound = tuple(dict.fromkeys((*bound, *users)))
        if users:
            talk.say(f"{one.ref.address} kept: pods of {', '.join(users)} still refer to it")
            continue
        one.release(objects)
        talk.say(f"{one.ref.address} {one.verb}")
    return code


def _tell_older(left: Iterable[Outdated], talk: Talk) -> None:
    found = list(left)
    for one in found:
        talk.say(f"still has an agent: {one.address} ({one.why})")
    if found:
        talk.say("next: kubectl ddfargate uninstall --restart rolls them, and takes away the rest")


def _change(one: Owned) -> Change:
    ref = one.ref
    return Change(
        object=PlannedObject(api_version=ref.api_version, kind=ref.kind, namespace=ref.namespace, name=ref.name),
        op=Op.DELETE if one.is_ours else Op.UPDATE,
        why=one.why,
    )
