"""`install` over an open connection: the plan is shown, agreed to, carried out, proved, and rolled out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from kubectl_ddfargate.cluster.gateway import Gateway
from kubectl_ddfargate.commands.applying import apply_plan
from kubectl_ddfargate.commands.interrupted import APPLIED, APPLYING, NOTHING, Stage
from kubectl_ddfargate.commands.lost_race import lost_race
from kubectl_ddfargate.commands.not_applied import NotAppliedError
from kubectl_ddfargate.commands.preparing import Prepared, nothing_to_do, read
from kubectl_ddfargate.commands.proving_applied import prove_again
from kubectl_ddfargate.commands.roll_out import roll_out
from kubectl_ddfargate.commands.talk import Talk, declined, shown
from kubectl_ddfargate.errors import ApiError, ExitCode
from kubectl_ddfargate.facts.index import Index

if TYPE_CHECKING:
    from kubectl_ddfargate.commands.install import Asked

RACES = 5
"""Addresses that may be lost to somebody else in one run before it gives up."""


def carry_out(gateway: Gateway, asked: Asked, talk: Talk, stage: Stage) -> ExitCode:
    """From the plan to the restarts. Raises NotAppliedError."""
    asked = _waits(asked, talk)
    lost = ""
    for _ in range(RACES):
        prepared = asked.prepared(gateway, talk)
        if lost:
            talk.say(lost)
        ended = shown(prepared.plan, asked.options, talk)
        if ended is not None:
            return ended
        if nothing_to_do(prepared):
            talk.say("nothing to change")
            proved = prove_again(gateway, prepared, asked.options, talk)
            stage.left = APPLIED if asked.options.restart else NOTHING
            return _roll_out(gateway, prepared, asked, talk, confirmed=False, proved=proved)
        if declined(_question(gateway, prepared, asked), talk):
            return ExitCode.BAD
        stage.left = APPLYING
        try:
            proof = apply_plan(gateway, prepared, asked.options, talk)
        except ApiError as error:
            lost_to = lost_race(prepared, error)
            if lost_to is None:
                raise NotAppliedError(
                    error.message, hint="run the same command again: it continues from where this one stopped"
                ) from error
            lost = lost_to
            continue
        stage.left = APPLIED
        return _roll_out(gateway, prepared, asked, talk, confirmed=True, proved=proof is not None)
    raise NotAppliedError(
        f"{RACES} addresses were taken by others while this ran", hint="choose one with --cluster-agent-ip"
    )


def _roll_out(
    gateway: Gateway, prepared: Prepared, asked: Asked, talk: Talk, *, confirmed: bool, proved: bool
) -> ExitCode:
    now = Index(read(gateway, asked.given, talk.progress, kubectl_flags=asked.kubectl_flags))
    settings = asked.given.settings
    return roll_out(
        gateway,
        prepared,
        now,
        asked.options,
        talk,
        confirmed=confirmed,
        proved=proved,
        narrowed=settings.targets is not None or settings.selector is not None,
    )


def _waits(asked: Asked, talk: Talk) -> Asked:
    """With --restart it waits in any case, as Helm does with --atomic: no rollout begins before the proof."""
    if asked.options.wait or not asked.options.restart:
        return asked
    talk.warn("--restart waits for the proof, with --no-wait too")
    return msgspec.structs.replace(asked, options=msgspec.structs.replace(asked.options, wait=True))


def _question(gateway: Gateway, prepared: Prepared, asked: Asked) -> str:
    """Both that is agreed to: the writes, and with --restart the restarts."""
    where = gateway.context or gateway.server
    restarts = len(prepared.plan.restarts) if asked.options.restart else 0
    return f"Apply to {where}, and restart {restarts} workload(s)?" if restarts else f"Apply to {where}?"
