"""`install` and `diff`: one plan, shown, confirmed, applied, proved; and with --restart rolled out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from kubectl_ddfargate.cluster import connect
from kubectl_ddfargate.cluster.gateway import Gateway
from kubectl_ddfargate.commands.applying import NotAppliedError, apply_plan, prove_again, take_out
from kubectl_ddfargate.commands.lost_race import lost_race
from kubectl_ddfargate.commands.preparing import Prepared, nothing_to_do, prepare, read
from kubectl_ddfargate.commands.restart import RestartResult, restart_workloads
from kubectl_ddfargate.commands.talk import Talk, declined, shown
from kubectl_ddfargate.commands.write_options import WriteOptions
from kubectl_ddfargate.errors import ApiError, ExitCode
from kubectl_ddfargate.facts.fargate import fargate_workloads
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.facts.outdated import Outdated, needs_restart
from kubectl_ddfargate.model.connection import ConnectionFlags
from kubectl_ddfargate.model.design import Design
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
    with connect(asked.connection, trace=asked.trace, warn=talk.warn) as gateway:
        return _install(gateway, asked, talk)


def _install(gateway: Gateway, asked: Asked, talk: Talk) -> ExitCode:
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
            if asked.options.wait:
                prove_again(gateway, prepared, talk)
            return _roll_out(gateway, prepared, asked, talk, confirmed=False)
        if declined(f"Apply to {gateway.context or gateway.server}?", talk):
            return ExitCode.BAD
        try:
            apply_plan(gateway, prepared, asked.options, talk)
        except ApiError as error:
            lost_to = lost_race(prepared, error)
            if lost_to is None:
                raise NotAppliedError(
                    error.message, hint="run the same command again: it continues from where this one stopped"
                ) from error
            lost = lost_to
            continue
        return _roll_out(gateway, prepared, asked, talk, confirmed=True)
    raise NotAppliedError(
        f"{RACES} addresses were taken by others while this ran", hint="choose one with --cluster-agent-ip"
    )


def _roll_out(gateway: Gateway, prepared: Prepared, asked: Asked, talk: Talk, *, confirmed: bool) -> ExitCode:
    """Tell which pods are older than the policy, and with --restart roll them."""
    assert prepared.design is not None
    index = Index(read(gateway, asked.given, talk.progress, kubectl_flags=asked.kubectl_flags))
    wanted = {(one.namespace, one.kind, one.name) for one in prepared.design.targets}
    workloads = [w for w in fargate_workloads(index) if (w.ref.namespace, w.ref.kind, w.ref.name) in wanted]
    outdated = needs_restart(index, workloads)
    if not outdated:
        return ExitCode.GOOD
    if not asked.options.restart:
        for one in outdated:
            talk.say(f"older than the policy: {one.address} ({one.why})")
        flags = prepared.snapshot.kubectl_flags
        talk.say(f"next: kubectl ddfargate restart {flags}".rstrip())
        return ExitCode.GOOD
    if not confirmed:
        for one in outdated:
            talk.say(f"to be restarted: {one.address} ({one.why})")
        if not talk.confirm(f"Restart {len(outdated)} workload(s) in {gateway.context or gateway.server}?"):
            talk.say("nothing was restarted")
            return ExitCode.BAD
    design = prepared.design

    def failed(one: Outdated) -> None:
        nonlocal design
        design = without(design, one)
        if take_out(prepared, design, asked.options):
            talk.say(f"{one.address} was taken out of the policy, so that it comes back without an agent")
        else:
            talk.say(f"{one.address} could not be taken out: what injects there is settled by others; do it there")

    result: RestartResult = restart_workloads(
        gateway,
        outdated,
        deadline_each=asked.options.timeout,
        tell=talk.say,
        progress=talk.progress,
        on_failure=failed,
        kubectl_flags=prepared.snapshot.kubectl_flags,
        dns_settle=asked.options.settle,
    )
    return ExitCode.GOOD if result.ok else ExitCode.BAD


def without(design: Design, one: Outdated) -> Design:
    """The design with one target left out of the policy."""
    ref = one.ref
    named = [t for t in design.targets if (t.namespace, t.kind, t.name) == (ref.namespace, ref.kind, ref.name)]
    if not named:
        return design
    out = named[0]
    scope = replace(design.scope, excluded=(*design.scope.excluded, (out.namespace, out.labels)))
    return replace(design, scope=scope, targets=tuple(target for target in design.targets if target != out))
