"""`doctor`: options in, one report out."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kubectl_ddfargate.cli.connection import carried, connection_flags
from kubectl_ddfargate.cli.doctor_fix import cure_findings
from kubectl_ddfargate.cli.doctor_options import Asked, doctor_options
from kubectl_ddfargate.cli.doctor_refusals import refuse_combinations
from kubectl_ddfargate.cli.known_names import workloads as completed_workloads
from kubectl_ddfargate.cli.kubectl_style import KubectlCommand
from kubectl_ddfargate.cli.scope import scope_flags, scope_options
from kubectl_ddfargate.errors import ExitCode
from kubectl_ddfargate.model.connection import ConnectionFlags

if TYPE_CHECKING:
    from kubectl_ddfargate.cli.messages import Messages
    from kubectl_ddfargate.commands.doctor import DoctorOptions
    from kubectl_ddfargate.commands.write_options import WriteOptions
    from kubectl_ddfargate.model.report import Report
    from kubectl_ddfargate.model.settings import Given

ASK = "ask for the right to list pods, in the namespaces that you name with -n"


@click.command("doctor", cls=KubectlCommand)
@click.argument("workload", nargs=-1, metavar="[TYPE/NAME]", shell_complete=completed_workloads)
@doctor_options
@connection_flags
@scope_options
@click.pass_context
def doctor(
    ctx: click.Context,
    *,
    workload: tuple[str, ...],
    asked: Asked,
    cure: WriteOptions | None,
    waiting: float | None,
    connection: ConnectionFlags,
    options: DoctorOptions,
) -> None:
    """Diagnose Datadog on EKS Fargate. Reads only, changes nothing (but with --fix, after asking).

    TYPE/NAME follows one workload from its template to the cluster agent; -n says where it is.
    """
    from msgspec import structs

    from kubectl_ddfargate.cli.doctor_trace import trace_workload
    from kubectl_ddfargate.commands.doctor import EXAMPLE
    from kubectl_ddfargate.commands.settings import load_given
    from kubectl_ddfargate.commands.verdict import exit_code

    refuse_combinations(
        ctx,
        asked,
        workload=workload,
        connection=connection,
        options=options,
        fix=cure is not None,
        wait=waiting is not None,
    )
    options = structs.replace(options, checks=asked.only, skip_checks=asked.skip_check)
    if asked.print_rbac:
        from kubectl_ddfargate.cli.doctor_rights import rights_text
        from kubectl_ddfargate.cli.stdout import write_document
        from kubectl_ddfargate.commands.doctor import chosen_checks

        write_document(rights_text(chosen_checks(options), logs=options.logs))
        return
    if asked.price_file:
        from kubectl_ddfargate.commands.price_file import read_prices

        options = structs.replace(options, prices=read_prices(asked.price_file))
    saved = EXAMPLE if asked.example else asked.source
    given = load_given(asked.filename, {"--service-cidr": options.service_cidr}, os.environ)
    if cure is not None:
        ctx.exit(cure_findings(connection, given, cure, color=asked.color, trace=asked.trace))
    if workload:
        report = trace_workload(
            ctx,
            workload,
            connection,
            options,
            given,
            saved=saved,
            output=asked.output,
            show=asked.show,
            color=asked.color,
            trace=asked.trace,
        )
        ctx.exit(exit_code(report, fail_on=asked.fail_on, allow_unknown=asked.allow_unknown))
    ctx.exit(_report(asked, connection, options, given, saved=saved, waiting=waiting))


def _report(
    asked: Asked,
    connection: ConnectionFlags,
    options: DoctorOptions,
    given: Given,
    *,
    saved: Path | None,
    waiting: float | None,
) -> int:
    """Print the report on a cluster; the exit code."""
    from kubectl_ddfargate.cli.failures import Failure, tell
    from kubectl_ddfargate.cli.messages import Messages
    from kubectl_ddfargate.cli.output import presentation, print_report
    from kubectl_ddfargate.commands.verdict import exit_code

    def code_of(report: Report) -> ExitCode:
        return exit_code(report, fail_on=asked.fail_on, allow_unknown=asked.allow_unknown)

    in_time = True
    with Messages() as messages:
        diagnose = _diagnosis(asked, connection, options, given, messages, saved=saved)
        if waiting is None:
            report = diagnose()
        else:
            from kubectl_ddfargate.commands.waiting import wait_until_good

            report, in_time = wait_until_good(
                diagnose,
                is_good=lambda report: code_of(report) == ExitCode.GOOD,
                seconds=waiting,
                tell=messages.progress,
            )
    how = presentation(
        color=asked.color,
        show=asked.show,
        scope=scope_flags(options),
        connection=_carried(connection, report),
        saved=saved,
    )
    print_report(report, asked.output, how)
    code = code_of(report)
    if code == ExitCode.NO_ANSWER:
        # the report says it too; stdout holds it, so this is for stderr alone
        tell(Failure(message="the pods could not be read, so there is no answer", hint=ASK), output=None)
    elif not in_time:
        tell(Failure(message=f"not good within {waiting:.0f} s", hint="give it longer: --timeout 15m"), output=None)
        return ExitCode.BAD
    return code


def _diagnosis(
    asked: Asked,
    connection: ConnectionFlags,
    options: DoctorOptions,
    given: Given,
    messages: Messages,
    *,
    saved: Path | None,
) -> Callable[[], Report]:
    """What gives a report: at each call a new one of a living cluster."""
    from msgspec import structs

    from kubectl_ddfargate.commands.doctor import diagnose_file, diagnose_live
    from kubectl_ddfargate.commands.settings_decisions import decisions_of

    decisions = decisions_of(given) if given.settings.suppress else None
    if saved is not None:
        return lambda: diagnose_file(saved, options, decisions=decisions)
    # of a saved snapshot only the flag changes the range: the file and the variable are about a living cluster
    live = structs.replace(options, service_cidr=given.settings.service_cidr)
    return lambda: diagnose_live(
        connection, live, decisions=decisions, trace=asked.trace, progress=messages.progress, warn=messages.warn
    )


def _carried(connection: ConnectionFlags, report: Report) -> str:
    """What a printed command needs. The context always: whoever pastes it may be in another one."""
    return carried(replace(connection, context=connection.context or report.context))
