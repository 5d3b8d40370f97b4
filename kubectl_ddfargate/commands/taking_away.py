"""Carries out an uninstall: policies first, then the pods that have our agent, then what no pod refers to."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from kubectl_ddfargate.cluster.gateway import Gateway
from kubectl_ddfargate.cluster.objects import Objects
from kubectl_ddfargate.commands.install import Asked
from kubectl_ddfargate.commands.leaving import Leaving, look
from kubectl_ddfargate.commands.left_over import injected, left_over
from kubectl_ddfargate.commands.not_known import tell_not_known
from kubectl_ddfargate.commands.out_of_force import still_coming
from kubectl_ddfargate.commands.owned import Owned
from kubectl_ddfargate.commands.raised import find_raised, put_back
from kubectl_ddfargate.commands.restart import restart_workloads
from kubectl_ddfargate.commands.still_needed import awaited_by, elsewhere, needed_by
from kubectl_ddfargate.commands.talk import Talk
from kubectl_ddfargate.errors import ExitCode
from kubectl_ddfargate.facts.agents import AgentGroup
from kubectl_ddfargate.facts.fargate import fargate_workloads
from kubectl_ddfargate.facts.index import Index, NotReadError
from kubectl_ddfargate.facts.outdated import Outdated
from kubectl_ddfargate.facts.workloads import WorkloadRef


def take_away(gateway: Gateway, leaving: Leaving, asked: Asked, talk: Talk) -> ExitCode:
    """Exactly what the plan shows. Raises ApiError; the next run then continues."""
    objects = Objects(gateway)
    policies = [one for one in leaving.owned if one.is_policy]
    for one in policies:
        one.release(objects)
        talk.say(f"{one.ref.address} {one.verb}")
    if leaving.closing is not None:
        leaving.closing.apply(objects)
        talk.say(f"{leaving.closing.change.address} configured")
    done = [put_back(gateway, one.ref, talk.say) for one in leaving.raised if not one.under_way]
    index = look(gateway, asked, talk)
    rest = [one for one in leaving.owned if not one.is_policy]
    others = elsewhere(index, gateway, rest)
    coming: dict[WorkloadRef, AgentGroup | None] = {}
    if policies or rest:  # a killed run may have taken the policy a moment ago
        # Until the policy is out of force a new pod would get its agent again, and need what it refers to.
        running = (*(one.ref for one in fargate_workloads(index)), *(one.ref for one in others))
        coming = still_coming(gateway, dict.fromkeys(running), deadline=_patience(asked, policies))
        for ref, agent in coming.items():
            told = (
                "whether an agent is still injected is not known" if agent is None else "an agent is still injected"
            )
            talk.say(f"{ref.address}: {told}")
        index = look(gateway, asked, talk)
    code = ExitCode.GOOD if all(done) else ExitCode.BAD
    left = left_over(index)
    came = set(injected(index))
    unsure = tell_not_known(index, [one for one in fargate_workloads(index) if one.ref in came], talk.say)
    under_way = tuple(one for one in leaving.raised if one.under_way)
    if (left or under_way) and asked.options.restart:
        result = restart_workloads(
            gateway,
            left,
            raised=find_raised(gateway, [one.ref for one in under_way], left),
            deadline_each=asked.options.timeout,
            tell=talk.say,
            progress=talk.progress,
            kubectl_flags=leaving.kubectl_flags,
            dns_settle=asked.options.settle,
        )
        code = code if result.ok else ExitCode.BAD
        index = look(gateway, asked, talk)
        others = elsewhere(index, gateway, rest)
    _take_rest(index, objects, rest, talk, others=others, coming=coming)
    if not asked.options.restart:
        tell_left(left, leaving.kubectl_flags, talk, restart=False)
    return code or unsure


def _patience(asked: Asked, policies: Sequence[Owned]) -> float | None:
    """Until when the policy may go on acting: with --no-wait one look is all, else an earlier run took it."""
    if not (asked.options.wait or asked.options.restart):
        return time.monotonic()
    return time.monotonic() + asked.options.timeout if policies else None


def tell_left(left: Sequence[Outdated], kubectl_flags: str, talk: Talk, *, restart: bool) -> None:
    """Name the pods that keep our agent, and what frees them of it."""
    for one in left:
        by_hand = f"; left to you: {one.by_hand}" if one.by_hand else ""
        talk.say(f"still has our agent: {one.address} ({one.why}){by_hand}")
    if not restart and any(not one.by_hand for one in left):
        command = " ".join(filter(None, ("kubectl ddfargate uninstall", kubectl_flags, "--restart")))
        talk.say(f"to roll them, and to take away what only they still use, next: {command}")


def _take_rest(
    index: Index,
    objects: Objects,
    rest: Sequence[Owned],
    talk: Talk,
    *,
    others: Sequence[AgentGroup],
    coming: Mapping[WorkloadRef, AgentGroup | None],
) -> None:
    """Take away what no running pod refers to, and none that may be made in the next second."""
    bound: tuple[str, ...] = ()
    for one in rest:
        awaited: tuple[str, ...] = ()
        try:
            awaited = awaited_by(index, one, coming)
            # A role stays with the last of its bindings; those stand before it.
            users = bound if one.ref.kind == "ClusterRole" else needed_by(index, one, others)
        except NotReadError as error:
            talk.say(f"{one.ref.address} kept: whether a pod refers to it is not known: you may not {error}")
            users = ("workloads that cannot be read",)
        else:
            if users:
                talk.say(f"{one.ref.address} kept: pods of {', '.join(users)} still refer to it")
            elif awaited:
                talk.say(f"{one.ref.address} kept: an agent is still injected into {', '.join(awaited)}")
            users = (*users, *awaited)
        if one.ref.kind == "ClusterRoleBinding":
            bound = tuple(dict.fromkeys((*bound, *users)))
        if users:
            continue
        one.release(objects)
        talk.say(f"{one.ref.address} {one.verb}")
