"""`snapshot`: what doctor reads, in one file to send to somebody."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kubectl_ddfargate.cli.connection import connection_flags
from kubectl_ddfargate.cli.doctor_refusals import refuse_limit_of_nothing
from kubectl_ddfargate.cli.kubectl_style import KubectlCommand
from kubectl_ddfargate.cli.scope import scope_options
from kubectl_ddfargate.cli.watching import trace_option, verbosity_option
from kubectl_ddfargate.errors import UsageError
from kubectl_ddfargate.model.connection import ConnectionFlags

if TYPE_CHECKING:
    from kubectl_ddfargate.commands.doctor import DoctorOptions


class _Snapshot(KubectlCommand):
    """Tells who names the file without -o how it is named."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse."""
        try:
            return super().parse_args(ctx, args)
        except click.MissingParameter:
            _, words, _ = self.make_parser(ctx).parse_args(list(args))
            if not words:
                raise
            # Not the words that were typed: a token may be among them.
            also = ", and the other flags as they were" if len(args) > 1 else ""
            raise UsageError(
                f"{words[0]}: the file to write is named by -o",
                hint=f"{ctx.command_path} -o {shlex.quote(words[0])}{also}",
            ) from None


@click.command("snapshot", cls=_Snapshot)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    required=True,
    help="The file to write (gzip).",
)
@trace_option
@verbosity_option
@connection_flags
@scope_options
@click.pass_context
def snapshot(
    ctx: click.Context,
    *,
    output: Path,
    trace: Path | None,
    connection: ConnectionFlags,
    options: DoctorOptions,
) -> None:
    """Save what doctor reads, slimmed and without any credential, for `doctor --from FILE`."""
    refuse_limit_of_nothing(ctx, options)
    from kubectl_ddfargate.cli.color import on_terminal
    from kubectl_ddfargate.cli.messages import Messages
    from kubectl_ddfargate.cli.program import program_name
    from kubectl_ddfargate.cli.stdout import write_text
    from kubectl_ddfargate.commands.snapshot import take_snapshot
    from kubectl_ddfargate.render.text.marks import plural

    with Messages() as messages:
        result = take_snapshot(
            connection, options, output, trace=trace, progress=messages.progress, warn=messages.warn
        )
    read = f"{plural(result.pods, 'pod')}, {plural(result.objects, 'object')}"
    lines = [f"{result.path}: {read}, {result.bytes / 1024:.1f} KiB"]
    for part in result.unread:
        place = f"-n {part.namespace}" if part.namespace else "-A"
        lines.append(f"  ? not read: {part.verb} {part.resource} {place}: {part.reason}")
    lines.append(f"next: {program_name()} doctor --from {shlex.quote(str(result.path))}")
    write_text("".join(f"{on_terminal(line, sys.stdout)}\n" for line in dict.fromkeys(lines)))
