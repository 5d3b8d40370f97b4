"""`diff`: what install would change."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kubectl_ddfargate.cli.connection import carried, connection_flags, refuse_namespace
from kubectl_ddfargate.cli.install_options import install_settings, write_options
from kubectl_ddfargate.cli.kubectl_style import KubectlCommand
from kubectl_ddfargate.cli.watching import trace_option, verbosity_option
from kubectl_ddfargate.errors import ExitCode
from kubectl_ddfargate.model.connection import ConnectionFlags

if TYPE_CHECKING:
    from kubectl_ddfargate.commands.write_options import WriteOptions
    from kubectl_ddfargate.model.plan import Plan
    from kubectl_ddfargate.model.settings import Given


@click.command("diff", cls=KubectlCommand)
@click.option(
    "-o",
    "--output",
    type=click.Choice(["diff", "text", "json", "yaml"]),
    default="diff",
    show_default=True,
    help="A unified diff, the plan as install shows it, or the plan as a document.",
)
@install_settings
@write_options(leave_out=("--yes", "--dry-run", "--wait", "--timeout", "--restart", "--settle"))
@trace_option
@verbosity_option
@connection_flags(narrows=False)
@click.pass_context
def diff(
    ctx: click.Context,
    *,
    output: str,
    given: Given,
    options: WriteOptions,
    trace: Path | None,
    connection: ConnectionFlags,
) -> None:
    """Show what install would change. Writes nothing. KUBECTL_EXTERNAL_DIFF names another diff program."""
    refuse_namespace(connection, "use --target NAMESPACE/KIND/NAME")
    from kubectl_ddfargate.cli.messages import Messages
    from kubectl_ddfargate.cli.talking import terminal_talk
    from kubectl_ddfargate.cli.typed import with_typed
    from kubectl_ddfargate.commands.install import Asked
    from kubectl_ddfargate.commands.install import diff as run

    with Messages() as messages:
        talk = terminal_talk(connection, messages, yes=False)
        asked = Asked(
            connection=connection,
            given=given,
            options=with_typed(options),
            kubectl_flags=carried(connection),
            trace=trace,
        )
        plan = run(asked, talk)
    code = show(plan, connection, output)
    ctx.exit(code)


def show(plan: Plan, connection: ConnectionFlags, output: str) -> int:
    """Print a plan as `diff` does, and give its exit code.

    Another diff program sees two folders only: what they cannot show (a conflict, an object that goes, what blocks
    the plan) goes to stderr beside it.
    """
    from kubectl_ddfargate.cli.color import on_terminal
    from kubectl_ddfargate.cli.output import presentation
    from kubectl_ddfargate.cli.stdout import write_document, write_text
    from kubectl_ddfargate.render.plan import renderer

    flags = carried(replace(connection, context=connection.context or plan.context))
    how = presentation(color="auto", show="problems", scope="", connection=flags)
    different = plan.blocked or plan.writes
    external = os.environ.get("KUBECTL_EXTERNAL_DIFF")
    if output in ("json", "yaml"):
        write_document(renderer(output)(plan, how))
    elif output == "diff" and external:
        from kubectl_ddfargate.commands.external_diff import run_external_diff
        from kubectl_ddfargate.render.plan.as_diff import beside_a_diff

        code = run_external_diff(plan, external)
        for line in beside_a_diff(plan):
            click.echo(on_terminal(line, sys.stderr), err=True)
        if code == ExitCode.NO_ANSWER:
            return code
        different = different or code != ExitCode.GOOD
    else:
        write_text(renderer(output)(plan, how))
    if plan.blocked and not plan.changes:
        return ExitCode.NO_ANSWER
    return ExitCode.BAD if different else ExitCode.GOOD
