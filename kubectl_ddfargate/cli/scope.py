"""The options that say what is looked at, shared by the commands that read a cluster."""

from __future__ import annotations

import functools
import shlex
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from kubectl_ddfargate.cli.connection import carried
from kubectl_ddfargate.model import prove_limits
from kubectl_ddfargate.model.connection import ConnectionFlags

if TYPE_CHECKING:
    from kubectl_ddfargate.commands.doctor import DoctorOptions


def scope_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the scope; it gets one frozen `options`. Stands under `connection_flags`, for `-n`."""

    @click.option("-A", "--all-namespaces", is_flag=True, help="All namespaces: the default; wins over -n.")
    @click.option("-l", "--selector", metavar="TEXT", help="Only pods with these labels: app=web,tier!=db.")
    @click.option(
        "--prove/--no-prove",
        default=None,
        help="Prove by dry-run what would be injected today. Default: where you may create pods.",
    )
    @click.option(
        "--prove-limit",
        type=click.IntRange(1, prove_limits.MOST),
        metavar="NUMBER",
        help=f"Prove so many workloads at most, those without an agent first. Default: {prove_limits.USUAL}.",
    )
    @click.option(
        "--logs", is_flag=True, help="Read what the agents logged in the last 15 minutes, too: a few pods of each."
    )
    @click.option("--service-cidr", metavar="CIDR", help="The range of Service addresses, where unreadable.")
    @functools.wraps(function)
    def wrapper(
        *args: Any,
        connection: ConnectionFlags,
        all_namespaces: bool,
        selector: str | None,
        prove: bool | None,
        prove_limit: int | None,
        logs: bool,
        service_cidr: str | None,
        **kwargs: Any,
    ) -> Any:
        from kubectl_ddfargate.commands.doctor import DoctorOptions

        options = DoctorOptions(
            namespace=None if all_namespaces else connection.namespace or None,
            selector=selector or None,
            prove=prove,
            prove_limit=prove_limit,
            logs=logs,
            service_cidr=service_cidr or None,
            kubectl_flags=carried(connection),
        )
        return function(*args, connection=connection, options=options, **kwargs)

    return wrapper  # fmt: skip


def scope_flags(options: DoctorOptions) -> str:
    """The scope as flags of a command to print."""
    namespace = f"-n {shlex.quote(options.namespace)}" if options.namespace else ""
    selector = f"-l {shlex.quote(options.selector)}" if options.selector else ""
    return " ".join(part for part in (namespace, selector) if part)
