"""`probe`: tries the agents' way from inside their containers, shown and confirmed first."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kubectl_ddfargate.cli.connection import carried, connection_flags
from kubectl_ddfargate.cli.known_names import workloads as completed_workloads
from kubectl_ddfargate.cli.kubectl_style import KubectlCommand
from kubectl_ddfargate.cli.question import agreed
from kubectl_ddfargate.cli.watching import trace_option, verbosity_option
from kubectl_ddfargate.cli.workload_names import targets_of
from kubectl_ddfargate.errors import ExitCode, UsageError
from kubectl_ddfargate.model.connection import ConnectionFlags

if TYPE_CHECKING:
    from kubectl_ddfargate.cli.messages import Messages
    from kubectl_ddfargate.model.probe import ProbePlan, ProbeReport


@click.command("probe", cls=KubectlCommand)
@click.argument("workloads", nargs=-1, metavar="[TYPE/NAME]...", shell_complete=completed_workloads)
@click.option(
    "-o",
    "--output",
    type=click.Choice(["text", "json", "yaml"]),
    default="text",
    show_default=True,
    help="Format of the answer.",
)
@click.option("-l", "--selector", metavar="TEXT", help="Only pods with these labels: app=web,tier!=db.")
@click.option(
    "--pods",
    type=click.IntRange(1, 10),
    default=1,
    show_default=True,
    help="In how many pods of a workload it runs.",
)
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.option("--show-script", is_flag=True, help="Print what runs in the containers, and run nothing.")
@click.option("--show", type=click.Choice(["problems", "all"]), default="problems", help="What the text lists.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Colour in the text.")
@trace_option
@verbosity_option
@connection_flags
@click.pass_context
def probe(
    ctx: click.Context,
    *,
    workloads: tuple[str, ...],
    output: str,
    selector: str | None,
    pods: int,
    yes: bool,
    show_script: bool,
    show: str,
    color: str,
    trace: Path | None,
    connection: ConnectionFlags,
) -> None:
    """Try the way to cluster agent and kubelet from inside the agents' containers (by exec). Reads only.

    TYPE/NAME with -n names one workload. Needs the right to create pods/exec.
    """
    if show_script:
        from kubectl_ddfargate.cli.stdout import write_text
        from kubectl_ddfargate.cluster.probing import python_script

        write_text(python_script() + "\n")
        return
    from kubectl_ddfargate.cli.messages import Messages
    from kubectl_ddfargate.cluster import connect
    from kubectl_ddfargate.commands import probe as use_case

    scope = use_case.ProbeScope(
        targets=tuple(targets_of(workloads, connection.namespace)),
        namespace=connection.namespace or None,
        selector=selector or None,
        pods=pods,
        kubectl_flags=carried(connection),
    )
    with Messages() as messages, connect(connection, trace=trace, warn=messages.warn) as gateway:
        planned = use_case.plan_probe(gateway, scope, progress=messages.progress)
        if not _agreed(planned.plan, messages, yes=yes):
            ctx.exit(ExitCode.BAD)
        messages.progress("probing")
        probed = use_case.probe(gateway, planned)
        messages.pause()
    context = connection.context or probed.report.context
    flags = carried(replace(connection, context=context, namespace=None))
    _print(probed.report, output, color=color, show=show, connection=flags)
    ctx.exit(probed.code)


def _agreed(plan: ProbePlan, messages: Messages, *, yes: bool) -> bool:
    """Show the plan on stderr, for stdout holds the answer alone; ask where somebody can answer."""
    from kubectl_ddfargate.cli.color import needs_ascii, terminal_width
    from kubectl_ddfargate.render.presentation import Presentation
    from kubectl_ddfargate.render.probe import render_plan

    messages.pause()
    how = Presentation(width=terminal_width(sys.stderr), ascii=needs_ascii(sys.stderr))
    click.echo(render_plan(plan, how), err=True, nl=False)
    if yes or not plan.targets:
        return True
    if not sys.stdin.isatty():
        raise UsageError(
            "nobody can be asked: stdin is no terminal; nothing was run",
            hint="look at the plan above, and add --yes to run it",
        )
    if agreed("Run it?", err=True):
        return True
    click.echo("nothing was run", err=True)
    return False


def _print(report: ProbeReport, output: str, *, color: str, show: str, connection: str) -> None:
    from kubectl_ddfargate.cli.output import presentation
    from kubectl_ddfargate.cli.stdout import write_document, write_text
    from kubectl_ddfargate.render import as_json, as_yaml, probe

    how = presentation(color=color, show=show, scope="", connection=connection)
    if output == "text":
        write_text(probe.render(report, how))
    else:
        write_document((as_json if output == "json" else as_yaml).render(report, how))
