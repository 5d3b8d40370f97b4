"""`install` and `diff`: one plan, shown, confirmed, applied, proved; and with --restart rolled out."""

from __future__ import annotations

from pathlib import Path

import msgspec

from kubectl_ddfargate.cluster import connect
from kubectl_ddfargate.cluster.gateway import Gateway
from kubectl_ddfargate.commands.preparing import Prepared, prepare
from kubectl_ddfargate.commands.talk import Talk
from kubectl_ddfargate.commands.write_options import WriteOptions, refuse_impatience
from kubectl_ddfargate.errors import ExitCode
from kubectl_ddfargate.model.connection import ConnectionFlags
from kubectl_ddfargate.model.plan import Plan
from kubectl_ddfargate.model.settings import Given


class Asked(msgspec.Struct, frozen=True, kw_only=True):
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
    # Only now: a diff needs none of it.
    from kubectl_ddfargate.commands.installing import carry_out
    from kubectl_ddfargate.commands.interrupted import told_on_interrupt
    from kubectl_ddfargate.commands.refusals import refusals_are_bad

    if asked.options.restart:
        refuse_impatience(asked.options)
    with (
        told_on_interrupt(talk) as stage,
        connect(asked.connection, trace=asked.trace, warn=talk.warn) as gateway,
        refusals_are_bad(),
    ):
        return carry_out(gateway, asked, talk, stage)
