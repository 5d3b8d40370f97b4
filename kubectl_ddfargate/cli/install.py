"""`install`: the cure, shown, confirmed, applied, proved."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kubectl_ddfargate.cli.connection import carried, connection_flags, refuse_namespace
from kubectl_ddfargate.cli.install_options import install_settings, write_options
from kubectl_ddfargate.cli.kubectl_style import KubectlCommand
from kubectl_ddfargate.cli.watching import trace_option, verbosity_option
from kubectl_ddfargate.model.connection import ConnectionFlags

if TYPE_CHECKING:
    from kubectl_ddfargate.commands.write_options import WriteOptions
    from kubectl_ddfargate.model.settings import Given


@click.command("install", cls=KubectlCommand)
@install_settings
@write_options
@trace_option
@verbosity_option
@connection_flags(narrows=False)
@click.pass_context
def install(
    ctx: click.Context,
    *,
    given: Given,
    options: WriteOptions,
    trace: Path | None,
    connection: ConnectionFlags,
) -> None:
    """Install the cure: a fixed address of the cluster agent, and the injection of agents that use it.

    Shows the whole plan first and asks; applies exactly that; proves by dry-run that it works.
    """
    refuse_namespace(connection, "use --target NAMESPACE/KIND/NAME")
    from kubectl_ddfargate.cli.messages import Messages
    from kubectl_ddfargate.cli.talking import terminal_talk
    from kubectl_ddfargate.cli.typed import with_typed
    from kubectl_ddfargate.commands.install import Asked
    from kubectl_ddfargate.commands.install import install as run

    with Messages() as messages:
        talk = terminal_talk(connection, messages, yes=options.yes)
        asked = Asked(
            connection=connection,
            given=given,
            options=with_typed(options),
            kubectl_flags=carried(connection),
            trace=trace,
        )
        code = run(asked, talk)
    ctx.exit(code)
