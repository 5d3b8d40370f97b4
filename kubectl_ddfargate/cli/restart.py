"""`restart`: rolls what is outdated, shown and confirmed first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kubectl_ddfargate.cli.connection import carried, connection_flags
from kubectl_ddfargate.cli.kubectl_style import KubectlCommand
from kubectl_ddfargate.cli.watching import trace_option, verbosity_option
from kubectl_ddfargate.errors import ExitCode, UsageError
from kubectl_ddfargate.model.connection import ConnectionFlags

if TYPE_CHECKING:
    from kubectl_ddfargate.cluster.gateway import Gateway
    from kubectl_ddfargate.commands.outdated_workloads import Found
    from kubectl_ddfargate.commands.talk import Talk


@click.command("restart", cls=KubectlCommand)
@click.option(
    "--target",
    "targets",
    multiple=True,
    metavar="NAMESPACE/KIND/NAME",
    help="Only this workload; may be repeated. Default: all on Fargate.",
)
@click.option("-l", "--selector", metavar="TEXT", help="Only pods with these labels: app=web,tier!=db.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--timeout",
    default="10m",
    show_default=True,
    metavar="DURATION",
    help="How long one workload may take: 90s, 10m.",
)
@click.option(
    "--settle",
    default="20s",
    show_default=True,
    metavar="DURATION",
    help="How long a new CoreDNS pod must have been Ready before an old one goes.",
)
@click.option(
    "--dry-run",
    type=click.Choice(["none", "client", "server"]),
    is_flag=False,
    flag_value="client",
    default="none",
    show_default=True,
    help="client: only show. server: let the server check as well.",
)
@trace_option
@verbosity_option
@connection_flags
@click.pass_context
def restart(
    ctx: click.Context,
    *,
    targets: tuple[str, ...],
    selector: str | None,
    yes: bool,
    timeout: str,
    settle: str,
    dry_run: str,
    trace: Path | None,
    connection: ConnectionFlags,
) -> None:
    """Roll the workloads whose pods differ from what would be made today: one at a time, CoreDNS last.

    \b
    Stops at the first that does not come up, and says how to undo.
    Exit code: 0 done or nothing to do, 1 stopped, refused or declined, 2 no answer, 3 not all could be judged.
    """
    from kubectl_ddfargate.cli.messages import Messages
    from kubectl_ddfargate.cli.talking import terminal_talk
    from kubectl_ddfargate.cluster import connect
    from kubectl_ddfargate.commands.outdated_workloads import Scope, find_outdated

    deadline, dns_settle = _seconds("--timeout", timeout), int(_seconds("--settle", settle))
    if not deadline:
        raise UsageError("--timeout 0 would give no workload the time to come up", hint="for example --timeout 10m")
    with Messages() as messages:
        talk = terminal_talk(connection, messages, yes=yes)
        scope = Scope(
            targets=targets,
            namespace=connection.namespace or None,
            selector=selector or None,
            kubectl_flags=carried(connection),
        )
        with connect(connection, trace=trace, warn=messages.warn) as gateway:
            found = find_outdated(gateway, scope, progress=messages.progress)
            code = _carry_out(gateway, found, talk, deadline=deadline, dns_settle=dns_settle, dry_run=dry_run)
    ctx.exit(code)


def _carry_out(
    gateway: Gateway, found: Found, talk: Talk, *, deadline: float, dns_settle: int, dry_run: str
) -> ExitCode:
    from kubectl_ddfargate.commands.restart import check_restart, restart_workloads
    from kubectl_ddfargate.render.restart import render

    for line in render(found.plan).splitlines():
        talk.say(line)
    good = ExitCode.PARTIAL if found.plan.not_judged else ExitCode.GOOD
    if not found.plan.restarts:
        return good
    todo = [one for one in found.outdated if not one.by_hand]
    if dry_run == "server":
        checked = check_restart(gateway, todo, tell=talk.say, kubectl_flags=found.kubectl_flags)
        return good if checked else ExitCode.BAD
    if dry_run == "client":
        talk.say("nothing was restarted (client dry run)")
        return good
    if not talk.confirm(f"Restart {len(todo)} workload(s) in {gateway.context or gateway.server}?"):
        talk.say("nothing was restarted")
        return ExitCode.BAD
    result = restart_workloads(
        gateway,
        todo,
        deadline_each=deadline,
        tell=talk.say,
        progress=talk.progress,
        kubectl_flags=found.kubectl_flags,
        dns_settle=dns_settle,
    )
    return good if result.ok else ExitCode.BAD


def _seconds(flag: str, value: str) -> float:
    from kubectl_ddfargate.cluster.timeouts import parse_duration

    try:
        return parse_duration(value)
    except UsageError as error:
        raise UsageError(f"{flag}: {error.message}", hint="seconds (90), or with a unit (10m)") from error
