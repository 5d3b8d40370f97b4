"""`doctor`: options in, one report out."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kubectl_ddfargate.cli.check_ids import CheckIds, flattened
from kubectl_ddfargate.cli.connection import carried, connection_flags, names_given
from kubectl_ddfargate.cli.kubectl_style import KubectlCommand
from kubectl_ddfargate.cli.scope import scope_flags, scope_options
from kubectl_ddfargate.cli.watching import trace_option, verbosity_option
from kubectl_ddfargate.errors import ExitCode
from kubectl_ddfargate.model.connection import ConnectionFlags
from kubectl_ddfargate.render.formats import FORMATS

if TYPE_CHECKING:
    from kubectl_ddfargate.commands.doctor import DoctorOptions
    from kubectl_ddfargate.model.report import Report

ASK = "ask for the right to list pods, in the namespaces that you name with -n"


@click.command("doctor", cls=KubectlCommand)
@click.argument("workload", nargs=-1, metavar="[TYPE/NAME]")
@click.option(
    "-o",
    "--output",
    type=click.Choice(list(FORMATS)),
    default="text",
    show_default=True,
    help="Format of the report.",
)
@click.option(
    "--show",
    type=click.Choice(["problems", "all"]),
    default="problems",
    show_default=True,
    help="What the text lists.",
)
@click.option("--check", "only", type=CheckIds(), multiple=True, callback=flattened, help="Only these checks.")
@click.option("--skip-check", type=CheckIds(), multiple=True, callback=flattened, help="All checks but these.")
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "never"]),
    default="error",
    show_default=True,
    help="The least severity that gives exit code 1.",
)
@click.option("--allow-unknown", is_flag=True, help="Exit 0, not 3, where only unknown checks remain.")
@click.option(
    "--from",
    "source",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Diagnose a saved snapshot; no cluster is asked.",
)
@click.option(
    "--fix", is_flag=True, help="Install what cures the findings, and nothing else: plan, question, proof."
)
@click.option("-y", "--yes", is_flag=True, help="With --fix: do not ask.")
@click.option("--example", is_flag=True, help="Diagnose the broken example that comes with the tool.")
@trace_option
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Colour in the text.")
@verbosity_option
@connection_flags
@scope_options
@click.pass_context
def doctor(
    ctx: click.Context,
    *,
    workload: tuple[str, ...],
    output: str,
    show: str,
    only: tuple[str, ...],
    skip_check: tuple[str, ...],
    fail_on: str,
    allow_unknown: bool,
    source: Path | None,
    example: bool,
    fix: bool,
    yes: bool,
    trace: Path | None,
    color: str,
    connection: ConnectionFlags,
    options: DoctorOptions,
) -> None:
    """Diagnose Datadog on EKS Fargate. Reads only, changes nothing (but with --fix, after asking).

    \b
    Exit code: 0 good, 1 a finding at or above --fail-on, 2 no answer, 3 answered in part.
    """
    from kubectl_ddfargate.cli.failures import Failure, tell
    from kubectl_ddfargate.cli.output import presentation, print_report
    from kubectl_ddfargate.commands.verdict import exit_code

    _refuse(
        ctx, workload=workload, source=source, example=example, trace=trace, connection=connection, options=options
    )
    if yes and not fix:
        ctx.fail("--yes goes with --fix")
    if fix:
        if source or example or options.namespace or options.selector or only or skip_check or output != "text":
            ctx.fail("--fix goes with no other choice; for a part: kubectl ddfargate install --target …")
        ctx.exit(_cure(connection, yes=yes, color=color, trace=trace))
    options = replace(options, checks=only, skip_checks=skip_check)
    report = _diagnose(connection, options, source=source, example=example, trace=trace)
    how = presentation(
        color=color,
        show=show,
        scope=scope_flags(options),
        connection=_carried(connection, report),
        live=not (source or example),
    )
    print_report(report, output, how)
    code = exit_code(report, fail_on=fail_on, allow_unknown=allow_unknown)
    if code == ExitCode.NO_ANSWER:
        # the report says it too; stdout holds it, so this is for stderr alone
        tell(Failure(message="the pods could not be read, so there is no answer", hint=ASK), output=None)
    ctx.exit(code)


def _diagnose(
    connection: ConnectionFlags,
    options: DoctorOptions,
    *,
    source: Path | None,
    example: bool,
    trace: Path | None,
) -> Report:
    from kubectl_ddfargate.cli.messages import Messages
    from kubectl_ddfargate.commands.doctor import EXAMPLE, diagnose_file, diagnose_live

    if example:
        return diagnose_file(EXAMPLE, options)
    if source is not None:
        return diagnose_file(source, options)
    with Messages() as messages:
        return diagnose_live(connection, options, trace=trace, progress=messages.progress, warn=messages.warn)


def _cure(connection: ConnectionFlags, *, yes: bool, color: str, trace: Path | None) -> int:
    from kubectl_ddfargate.cli.messages import Messages
    from kubectl_ddfargate.cli.talking import terminal_talk
    from kubectl_ddfargate.commands.install import Asked, install
    from kubectl_ddfargate.commands.settings import load_given
    from kubectl_ddfargate.commands.write_options import WriteOptions

    with Messages() as messages:
        talk = terminal_talk(connection, messages, yes=yes, color=color)
        asked = Asked(
            connection=connection,
            given=load_given(None, {}, os.environ),
            options=WriteOptions(yes=yes),
            kubectl_flags=carried(connection),
            trace=trace,
            only_cures=True,
        )
        return install(asked, talk)


def _carried(connection: ConnectionFlags, report: Report) -> str:
    """What a printed command needs. The context always: whoever pastes it may be in another one."""
    return carried(replace(connection, context=connection.context or report.context))


def _refuse(
    ctx: click.Context,
    *,
    workload: tuple[str, ...],
    source: Path | None,
    example: bool,
    trace: Path | None,
    connection: ConnectionFlags,
    options: DoctorOptions,
) -> None:
    """Combinations that cannot mean anything."""
    if workload:
        ctx.fail(
            f'one workload ("{" ".join(workload)}") cannot be diagnosed yet; '
            "use -n NAMESPACE and -l SELECTOR to narrow the report"
        )
    if source is not None and example:
        ctx.fail("--from and --example exclude each other")
    if source is None and not example:
        return
    flag = "--example" if example else "--from"
    read = {
        "--trace-requests": trace is not None,
        "--namespace": options.namespace is not None,
        "--selector": options.selector is not None,
        "--prove/--no-prove": options.prove is not None,
    }
    others = [*names_given(connection), *(name for name, is_given in read.items() if is_given)]
    if others:
        ctx.fail(f"{flag} asks no cluster, so {', '.join(others)} cannot be used with it; they go with `snapshot`")
