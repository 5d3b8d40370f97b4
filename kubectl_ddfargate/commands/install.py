"""`install` and `diff`: one plan, shown, confirmed, applied, proved; and with --restart rolled out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from kubectl_ddfargate.cluster import connect
from kubectl_ddfargate.cluster.gateway import Gateway
from kubectl_ddfargate.commands.applying import apply_plan
from kubectl_ddfargate.commands.interrupted import APPLIED, APPLYING, NOTHING, Stage, told_on_interrupt
from kubectl_ddfargate.commands.lost_race import lost_race
from kubectl_ddfargate.commands.not_applied import NotAppliedError
from kubectl_ddfargate.commands.preparing import Prepared, nothing_to_do, prepare, read
from kubectl_ddfargate.commands.proving_applied import prove_again
from kubectl_ddfargate.commands.refusals import refusals_are_bad
from kubectl_ddfargate.commands.roll_out import roll_out
from kubectl_ddfargate.commands.talk import Talk, declined, shown
from kubectl_ddfargate.commands.write_options import WriteOptions, refuse_impatience
from kubectl_ddfargate.errors import ApiError, ExitCode
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.model.connection import ConnectionFlags
from kubectl_ddfargate.model.plan import Plan
from kubectl_ddfargate.model.settings import Given

RACES = 5
"""Addresses that may be lost to somebody else in one run before it gives up."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the user asked for, and how the cluster is reached."""

    connection: ConnectionFlags
    given: Given
    options: WriteOptions
    kubectl_flags: str = ""
    trace: Path | None = None
    only_cures: bool = False
    """`doctor --fix`: only what cures a finding of doctor."""

    def prepared(self, gateway: Gateway, talk: Talk) -> Prepared:
        """The plan of this."""
        return prepare(
            gateway,
            self.given,
            self.options,
            talk,
            kubectl_flags=self.kubectl_flags,
            only_cures=self.only_cures,
        )


def diff(asked: Asked, talk: Talk) -> Plan:
    """The plan of an install. Writes nothing."""
    with connect(asked.connection, trace=asked.trace, warn=talk.warn) as gateway:
        return asked.prepared(gateway, talk).plan


def install(asked: Asked, talk: Talk) -> ExitCode:
    """Show the plan, ask, carry it out, prove it, and roll out what is older where that was asked for."""
    if asked.options.restart:
        refuse_impatience(asked.options)
    with (
        told_on_interrupt(talk) as stage,
        connect(asked.connection, trace=asked.trace, warn=talk.warn) as gateway,
        refusals_are_bad(),
    ):
        return _install(gateway, asked, talk, stage)


def _install(gateway: Gateway, asked: Asked, talk: Talk, stage: Stage) -> ExitCode:
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
    return roll_out(gateway, prepared, now, asked.options, talk, confirmed=confirmed, proved=proved)


def _waits(asked: Asked, talk: Talk) -> Asked:
    """With --restart it waits in any case, as Helm does with --atomic: no rollout begins before the proof."""
    if asked.options.wait or not asked.options.restart:
        return asked
    talk.warn("--restart waits for the proof, with --no-wait too")
    return replace(asked, options=replace(asked.options, wait=True))


def _question(gateway: Gateway, prepared: Prepared, asked: Asked) -> str:
    """Both that is agreed to: the writes, and with --restart the restarts."""
    where = gateway.context or gateway.server
    restarts = len(prepared.plan.restarts) if asked.options.restart else 0
    return f"Apply to {where}, and restart {restarts} workload(s)?" if restarts else f"Apply to {where}?"
