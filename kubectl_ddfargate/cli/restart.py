"""`restart`: rolls what is outdated, shown and confirmed first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kubectl_ddfargate.cli.connection import carried, connection_flags
from kubectl_ddfargate.cli.install_options import write_options
from kubectl_ddfargate.cli.known_names import targets as completed_targets
from kubectl_ddfargate.cli.known_names import workloads as completed_workloads
from kubectl_ddfargate.cli.kubectl_style import KubectlCommand
from kubectl_ddfargate.cli.watching import trace_option, verbosity_option
from kubectl_ddfargate.cli.workload_names import targets_of
from kubectl_ddfargate.model.connection import ConnectionFlags

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubectl_ddfargate.commands.write_options import WriteOptions
    from kubectl_ddfargate.model.restarts import RestartPlan


@click.command("restart", cls=KubectlCommand)
@click.argument("workloads", nargs=-1, metavar="[TYPE/NAME]...", shell_complete=completed_workloads)
@click.option(
    "--target",
    "targets",
    multiple=True,
    metavar="NAMESPACE/KIND/NAME",
    shell_complete=completed_targets,
    help="Only this workload; may be repeated. Default: all on Fargate.",
)
@click.option("-l", "--selector", metavar="TEXT", help="Only pods with these labels: app=web,tier!=db.")
@write_options(
    leave_out=("--wait", "--restart", "--force-conflicts", "--replace-existing", "--fix-kyverno-exclusions")
)
@trace_option
@verbosity_option
@connection_flags
@click.pass_context
def restart(
    ctx: click.Context,
    *,
    workloads: tuple[str, ...],
    targets: tuple[str, ...],
    selector: str | None,
    options: WriteOptions,
    trace: Path | None,
    connection: ConnectionFlags,
) -> None:
    """Roll the workloads whose pods differ from what would be made today: one at a time, CoreDNS last.

    TYPE/NAME with -n is the same as --target. Stops at the first that does not come up, and says how to undo.
    """
    from kubectl_ddfargate.cli.messages import Messages
    from kubectl_ddfargate.cli.talking import terminal_talk
    from kubectl_ddfargate.commands.outdated_workloads import Scope
    from kubectl_ddfargate.commands.restarting import Asked
    from kubectl_ddfargate.commands.restarting import restart as run
    from kubectl_ddfargate.render.restart import render

    with Messages() as messages:
        talk = terminal_talk(connection, messages, yes=options.yes)

        def show(plan: RestartPlan, put_back: Sequence[str]) -> None:
            for line in render(plan, put_back).splitlines():
                talk.say(line)

        scope = Scope(
            targets=(*targets, *targets_of(workloads, connection.namespace)),
            namespace=connection.namespace or None,
            selector=selector or None,
            kubectl_flags=carried(connection),
        )
        asked = Asked(connection=connection, scope=scope, options=options, trace=trace)
        code = run(asked, talk, show=show)
    ctx.exit(code)
