"""`restart`: what is outdated is shown, the rights are asked for, then the user; then it is rolled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from kubectl_ddfargate.cluster import connect
from kubectl_ddfargate.cluster.gateway import Gateway
from kubectl_ddfargate.commands.interrupted import ROLLING, Stage, told_on_interrupt
from kubectl_ddfargate.commands.outdated_workloads import Found, Scope, find_outdated
from kubectl_ddfargate.commands.preflight import ASK_FOR_THEM, lacking_rights, restart_lacks
from kubectl_ddfargate.commands.refusals import refusals_are_bad
from kubectl_ddfargate.commands.restart import check_restart, restart_workloads, tell_next
from kubectl_ddfargate.commands.talk import Talk
from kubectl_ddfargate.commands.write_options import WriteOptions, refuse_impatience
from kubectl_ddfargate.errors import ExitCode
from kubectl_ddfargate.model.connection import ConnectionFlags
from kubectl_ddfargate.model.restarts import RestartPlan

Show = Callable[[RestartPlan, Sequence[str]], None]
"""Print a plan, and the workloads whose `minReadySeconds` is put back."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What the user asked for, and how the cluster is reached."""

    connection: ConnectionFlags
    scope: Scope
    options: WriteOptions
    trace: Path | None = None


def restart(asked: Asked, talk: Talk, *, show: Show) -> ExitCode:
    """Roll what is outdated in a scope. PARTIAL where not all could be judged.

    Raises RefusedError where the server refuses what cannot be done without.
    """
    refuse_impatience(asked.options)
    with (
        told_on_interrupt(talk) as stage,
        connect(asked.connection, trace=asked.trace, warn=talk.warn) as gateway,
        refusals_are_bad(),
    ):
        found = find_outdated(gateway, asked.scope, progress=talk.progress)
        show(found.plan, [one.told for one in found.raised])
        return _carried_out(gateway, found, asked.options, talk, stage)


def _carried_out(gateway: Gateway, found: Found, options: WriteOptions, talk: Talk, stage: Stage) -> ExitCode:
    good = ExitCode.PARTIAL if found.plan.not_judged else ExitCode.GOOD
    todo = [one for one in found.outdated if not one.by_hand]
    if not todo and not found.raised:
        return good
    lacks = restart_lacks(gateway, [*(one.ref for one in todo), *(one.ref for one in found.raised)])
    if lacks:
        talk.say(lacking_rights(lacks))
        talk.say("nothing was restarted")
        talk.say(f"next: {ASK_FOR_THEM}")
        return ExitCode.BAD
    if options.dry_run == "server":
        checked = check_restart(
            gateway, todo, tell=talk.say, raised=found.raised, kubectl_flags=found.kubectl_flags
        )
        return good if checked else ExitCode.BAD
    if options.dry_run == "client":
        talk.say("nothing was restarted (client dry run)")
        return good
    if not talk.confirm(_question(found, len(todo), gateway.context or gateway.server)):
        talk.say("nothing was restarted")
        return ExitCode.BAD
    stage.left = ROLLING
    result = restart_workloads(
        gateway,
        todo,
        deadline_each=options.timeout,
        tell=talk.say,
        raised=found.raised,
        progress=talk.progress,
        kubectl_flags=found.kubectl_flags,
        dns_settle=options.settle,
    )
    tell_next(result, found.kubectl_flags, talk.say)
    return good if result.ok else ExitCode.BAD


def _question(found: Found, restarts: int, where: str) -> str:
    parts = [f"restart {restarts} workload(s)"] if restarts else []
    parts += [f"put back minReadySeconds of {len(found.raised)}"] if found.raised else []
    asked = " and ".join(parts)
    return f"{asked[0].upper()}{asked[1:]} in {where}?"
