"""`doctor TYPE/NAME`: the chain of one workload."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kubectl_ddfargate.cli.asked import STRUCTURED
from kubectl_ddfargate.cli.connection import carried
from kubectl_ddfargate.cli.workload_names import workload as checked
from kubectl_ddfargate.model.connection import ConnectionFlags

if TYPE_CHECKING:
    from kubectl_ddfargate.commands.doctor import DoctorOptions
    from kubectl_ddfargate.model.report import Report
    from kubectl_ddfargate.model.settings import Given
    from kubectl_ddfargate.model.trace import Trace

FORMATS = ("text", "wide", *STRUCTURED)


def trace_workload(
    ctx: click.Context,
    workload: tuple[str, ...],
    connection: ConnectionFlags,
    options: DoctorOptions,
    given: Given,
    *,
    saved: Path | None,
    output: str,
    show: str,
    color: str,
    trace: Path | None,
) -> Report:
    """Print the chain; the report that the exit code comes from. Wrong usage ends here."""
    from kubectl_ddfargate.cli.output import presentation
    from kubectl_ddfargate.cli.stdout import write_document, write_text

    if len(workload) > 1:
        ctx.fail(f"one workload at a time, not {len(workload)}: {' '.join(workload)}")
    if options.selector:
        ctx.fail("-l goes with a report on many workloads, not with one that is named")
    if output not in FORMATS:
        ctx.fail(f"-o {output} is not for one workload; choose one of {', '.join(FORMATS)}")
    named = checked(workload[0])
    target = f"{options.namespace}/{named}" if options.namespace else named
    followed, report = _follow(connection, options, given, target, saved=saved, trace=trace)
    context = connection.context or followed.context
    how = presentation(
        color=color,
        show=show,
        scope="",
        connection=carried(replace(connection, context=context, namespace=None)),
        saved=saved,
    )
    if output in STRUCTURED:
        write_document(_document(followed, output))
    else:
        from kubectl_ddfargate.render.trace import render

        write_text(render(followed, how, wide=output == "wide"))
    return report


def _document(followed: Trace, output: str) -> str:
    from kubectl_ddfargate.render import as_json, as_yaml
    from kubectl_ddfargate.render.presentation import Presentation

    render = as_json.render if output == "json" else as_yaml.render
    return render(followed, Presentation())


def _follow(
    connection: ConnectionFlags,
    options: DoctorOptions,
    given: Given,
    target: str,
    *,
    saved: Path | None,
    trace: Path | None,
) -> tuple[Trace, Report]:
    from msgspec import structs

    from kubectl_ddfargate.cli.messages import Messages
    from kubectl_ddfargate.commands.settings_decisions import decisions_of
    from kubectl_ddfargate.commands.tracing import trace_file, trace_live

    decisions = decisions_of(given)
    if saved is not None:
        with Messages() as messages:
            return trace_file(saved, options, target, decisions=decisions, warn=messages.warn)
    options = structs.replace(options, service_cidr=given.settings.service_cidr)
    with Messages() as messages:
        return trace_live(
            connection,
            options,
            target,
            decisions=decisions,
            trace=trace,
            progress=messages.progress,
            warn=messages.warn,
        )
