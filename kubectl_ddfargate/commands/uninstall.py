"""`uninstall`: takes away what is ours, and nothing else.

The policy goes first, so that no new pod comes to need the rest.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from kubectl_ddfargate.cluster import connect, rollout
from kubectl_ddfargate.cluster.gateway import Gateway
from kubectl_ddfargate.cluster.objects import Objects
from kubectl_ddfargate.cluster.rights_asked import missing_rights
from kubectl_ddfargate.commands import hiding
from kubectl_ddfargate.commands.applying import NotAppliedError
from kubectl_ddfargate.commands.install import Asked
from kubectl_ddfargate.commands.left_over import injected, left_over
from kubectl_ddfargate.commands.owned import Owned, owned_objects
from kubectl_ddfargate.commands.preparing import read
from kubectl_ddfargate.commands.proving import gone
from kubectl_ddfargate.commands.restart import leftovers, restart_workloads
from kubectl_ddfargate.commands.still_needed import needed_by
from kubectl_ddfargate.commands.talk import Talk, declined, shown
from kubectl_ddfargate.errors import ApiError, ExitCode, NotFoundError
from kubectl_ddfargate.facts.fargate import fargate_workloads
from kubectl_ddfargate.facts.index import Index, NotReadError
from kubectl_ddfargate.facts.outdated import Outdated
from kubectl_ddfargate.facts.workloads import WorkloadRef
from kubectl_ddfargate.model.kinds import BY_KIND
from kubectl_ddfargate.model.plan import Change, Note, NoteLevel, Op, Plan, PlannedObject


@dataclass(frozen=True, kw_only=True)
class Leaving:
    """What is ours in a cluster."""

    plan: Plan
    owned: tuple[Owned, ...]
    closing: hiding.Closing | None
    raised: tuple[WorkloadRef, ...] = ()
    """Whose `minReadySeconds` a restart that was killed left raised."""
    left: tuple[Outdated, ...] = ()
    """Whose pods have our agent already though nothing injects it: an earlier uninstall took the policy."""
    kubectl_flags: str = ""


def plan_uninstall(gateway: Gateway, asked: Asked, talk: Talk) -> Leaving:
    """What would go. Writes nothing."""
    talk.progress("looking for what is ours")
    objects = Objects(gateway)
    owned = owned_objects(objects)
    index = _look(gateway, asked, talk)
    closing, notes = hiding.closing(index, objects)
    left: tuple[Outdated, ...] = ()
    raised: tuple[WorkloadRef, ...] = ()
    restarts: tuple[str, ...] = ()
    try:
        left = left_over(index)
        raised = leftovers(gateway, _dns_refs(index))
        if asked.options.restart:
            rolled = injected(index) if any(one.is_policy for one in owned) else _refs(left)
            restarts = tuple(ref.address for ref in rolled)
    except NotReadError as error:
        text = f"which pods still have our agent is not known: you may not {error}"
        notes.append(Note(level=NoteLevel.BLOCK, text=text))
    changes = [_change(one) for one in owned]
    if closing is not None:
        changes.append(closing.change)
    changes += [_put_back(ref) for ref in raised]
    lacks = missing_rights(objects, changes) if changes else ()
    if lacks:
        notes.append(Note(level=NoteLevel.BLOCK, text=f"you lack these rights: {'; '.join(lacks)}"))
    plan = Plan(
        action="uninstall",
        context=gateway.context,
        server=gateway.server,
        changes=tuple(changes),
        notes=tuple(notes),
        restarts=restarts,
    )
    return Leaving(
        plan=plan,
        owned=owned,
        closing=closing,
        raised=raised,
        left=left,
        kubectl_flags=index.snapshot.kubectl_flags,
    )


def uninstall(asked: Asked, talk: Talk) -> ExitCode:
    """Show what is ours, ask, take it away."""
    with connect(asked.connection, trace=asked.trace, warn=talk.warn) as gateway:
        leaving = plan_uninstall(gateway, asked, talk)
        ended = shown(leaving.plan, asked.options, talk)
        if ended is not None:
            return ended
        if not leaving.plan.changes and not leaving.plan.restarts:
            talk.say("nothing of ours is here" if not leaving.left else "nothing of ours is here but its agents")
            _tell_left(leaving.left, leaving.kubectl_flags, talk, restart=asked.options.restart)
            return ExitCode.GOOD
        verb = "Take this away from" if leaving.plan.changes else "Restart these in"
        if declined(f"{verb} {gateway.context or gateway.server}?", talk):
            return ExitCode.BAD
        try:
            return _take_away(gateway, leaving, asked, talk)
        except ApiError as error:
            raise NotAppliedError(
                error.message, hint="run the same command again: it continues from where this one stopped"
            ) from error


def _take_away(gateway: Gateway, leaving: Leaving, asked: Asked, talk: Talk) -> ExitCode:
    objects = Objects(gateway)
    policies = [one for one in leaving.owned if one.is_policy]
    for one in policies:
        one.release(objects)
        talk.say(f"{one.ref.address} {one.verb}")
    if leaving.closing is not None:
        leaving.closing.apply(objects)
        talk.say(f"{leaving.closing.change.address} configured")
    for ref in leaving.raised:
        _put_back_now(gateway, ref, talk)
    index = _look(gateway, asked, talk)
    if policies and (asked.options.wait or asked.options.restart):
        # Until the policy is out of force a restarted pod would get its agent again.
        deadline = time.monotonic() + asked.options.timeout
        for ref in gone(gateway, fargate_workloads(index), deadline=deadline):
            talk.say(f"{ref.address}: something else still injects an agent")
        index = _look(gateway, asked, talk)
    code = ExitCode.GOOD
    left = left_over(index)
    if left and asked.options.restart:
        result = restart_workloads(
            gateway,
            left,
            deadline_each=asked.options.timeout,
            tell=talk.say,
            progress=talk.progress,
            kubectl_flags=leaving.kubectl_flags,
            dns_settle=asked.options.settle,
        )
        code = ExitCode.GOOD if result.ok else ExitCode.BAD
        index = _look(gateway, asked, talk)
    _take_rest(index, objects, leaving, talk)
    if not asked.options.restart:
        _tell_left(left, leaving.kubectl_flags, talk, restart=False)
    return code


def _take_rest(index: Index, objects: Objects, leaving: Leaving, talk: Talk) -> None:
    """Take away what no running pod refers to."""
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


def _tell_left(left: Sequence[Outdated], kubectl_flags: str, talk: Talk, *, restart: bool) -> None:
    """Name the pods that keep our agent, and what frees them of it."""
    for one in left:
        by_hand = f"; left to you: {one.by_hand}" if one.by_hand else ""
        talk.say(f"still has our agent: {one.address} ({one.why}){by_hand}")
    if not restart and any(not one.by_hand for one in left):
        command = " ".join(filter(None, ("kubectl ddfargate uninstall", kubectl_flags, "--restart")))
        talk.say(f"to roll them, and to take away what only they still use, next: {command}")


def _look(gateway: Gateway, asked: Asked, talk: Talk) -> Index:
    return Index(read(gateway, asked.given, talk.progress, kubectl_flags=asked.kubectl_flags))


def _put_back_now(gateway: Gateway, ref: WorkloadRef, talk: Talk) -> None:
    try:
        if rollout.put_back_leftover(gateway, ref):
            talk.say(f"{ref.address} configured")
    except NotFoundError:
        talk.say(f"{ref.address} is gone")


def _dns_refs(index: Index) -> tuple[WorkloadRef, ...]:
    """Where the cluster's name service runs: it alone is rolled with `minReadySeconds` raised."""
    return tuple(one.ref for one in fargate_workloads(index) if one.ref.namespace == "kube-system")


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
        op=Op.DELETE if one.is_ours else Op.UPDATE,
        why=one.why,
    )
