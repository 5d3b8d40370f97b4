"""Combinations of `doctor`'s options that cannot mean anything. Each ends the command as wrong usage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kubectl_ddfargate.cli.connection import names_given
from kubectl_ddfargate.cli.doctor_options import Asked
from kubectl_ddfargate.model.connection import ConnectionFlags

if TYPE_CHECKING:
    from kubectl_ddfargate.commands.doctor import DoctorOptions


def refuse_combinations(
    ctx: click.Context,
    asked: Asked,
    *,
    workload: tuple[str, ...],
    connection: ConnectionFlags,
    options: DoctorOptions,
    fix: bool,
    wait: bool,
) -> None:
    """End here where the options contradict each other."""
    refuse_limit_of_nothing(ctx, options)
    if asked.source is not None and asked.example:
        ctx.fail("--from and --example exclude each other")
    saved = "--from" if asked.source is not None else "--example" if asked.example else ""
    if asked.print_rbac:
        others = {saved: bool(saved), "TYPE/NAME": bool(workload), "--fix": fix, "--wait": wait}
        _only("--print-rbac goes with --check, --skip-check and --logs, not with", ctx, others)
        return
    if wait:
        _only(
            "--wait asks again and again, so it goes not with",
            ctx,
            {saved: bool(saved), "TYPE/NAME": bool(workload)},
        )
    if fix:
        _only(
            "--fix carries out the whole cure (a part: kubectl ddfargate install --target …), so it goes not with",
            ctx,
            {
                saved: bool(saved),
                "TYPE/NAME": bool(workload),
                "--namespace": options.namespace is not None,
                "--selector": options.selector is not None,
                "--check": bool(asked.only),
                "--skip-check": bool(asked.skip_check),
                "--output": asked.output != "text",
                "--price-file": asked.price_file is not None,
                "--prove/--no-prove": options.prove is not None,
                "--prove-limit": options.prove_limit is not None,
                "--logs": options.logs,
            },
        )
    if saved:
        _refuse_of_cluster(ctx, saved, asked, workload=workload, connection=connection, options=options)
    if options.prove_limit is not None:
        _only("--prove-limit is for a report on many workloads, not with", ctx, {"TYPE/NAME": bool(workload)})


def refuse_limit_of_nothing(ctx: click.Context, options: DoctorOptions) -> None:
    """End here where the number of dry-runs is limited and none is to be made."""
    if options.prove is False and options.prove_limit is not None:
        ctx.fail("--no-prove and --prove-limit exclude each other")


def _only(text: str, ctx: click.Context, others: dict[str, bool]) -> None:
    given = [name for name, is_given in others.items() if is_given]
    if given:
        ctx.fail(f"{text} {', '.join(given)}")


def _refuse_of_cluster(
    ctx: click.Context,
    saved: str,
    asked: Asked,
    *,
    workload: tuple[str, ...],
    connection: ConnectionFlags,
    options: DoctorOptions,
) -> None:
    read = {
        "--trace-requests": asked.trace is not None,
        "--namespace": options.namespace is not None and not workload,
        "--selector": options.selector is not None,
        "--prove/--no-prove": options.prove is not None,
        "--prove-limit": options.prove_limit is not None,
        "--logs": options.logs,
    }
    others = [*names_given(connection), *(name for name, is_given in read.items() if is_given)]
    if others:
        ctx.fail(f"{saved} asks no cluster, so {', '.join(others)} cannot be used with it; they go with `snapshot`")
