"""`uninstall`: takes away what install made."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kubectl_ddfargate.cli.connection import carried, connection_flags, refuse_namespace
from kubectl_ddfargate.cli.install_options import write_options
from kubectl_ddfargate.cli.kubectl_style import KubectlCommand
from kubectl_ddfargate.cli.watching import trace_option, verbosity_option
from kubectl_ddfargate.model.connection import ConnectionFlags

if TYPE_CHECKING:
    from kubectl_ddfargate.commands.write_options import WriteOptions


@click.command("uninstall", cls=KubectlCommand)
@write_options(leave_out=("--replace-existing", "--fix-kyverno-exclusions", "--force-conflicts"))
@trace_option
@verbosity_option
@connection_flags(narrows=False)
@click.pass_context
def uninstall(
    ctx: click.Context, *, options: WriteOptions, trace: Path | None, connection: ConnectionFlags
) -> None:
    """Take away what install made, and nothing else. The policy goes first.

    What a running pod still refers to is kept and named; with --restart the pods are rolled, and all goes.
    """
    refuse_namespace(connection, "it takes away all that is ours")
    from kubectl_ddfargate.cli.messages import Messages
    from kubectl_ddfargate.cli.talking import terminal_talk
    from kubectl_ddfargate.commands.install import Asked
    from kubectl_ddfargate.commands.uninstall import uninstall as run
    from kubectl_ddfargate.model.settings import Given

    with Messages() as messages:
        talk = terminal_talk(connection, messages, yes=options.yes)
        asked = Asked(
            connection=connection, given=Given(), options=options, kubectl_flags=carried(connection), trace=trace
        )
        code = run(asked, talk)
    ctx.exit(code)
