"""The options by which a user looks over our shoulder, shared by the commands that read a cluster."""

from __future__ import annotations

from pathlib import Path

import click

trace_option = click.option(
    "--trace-requests",
    "trace",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Record each request: verb, path, status, bytes, ms.",
)

_VERBOSITY = "kubectl_ddfargate.verbosity"


def is_verbose() -> bool:
    """Whether the command that runs was given -v with a number above 0."""
    ctx = click.get_current_context(silent=True)
    return ctx is not None and bool(ctx.meta.get(_VERBOSITY))


def _remember(ctx: click.Context, param: click.Parameter, value: int) -> None:  # noqa: ARG001
    ctx.meta[_VERBOSITY] = value


# Not handed to the command: it is read by `asked`, before parsing, since parsing may be what fails.
verbosity_option = click.option(
    "-v",
    "--v",
    "verbosity",
    type=click.IntRange(0),
    metavar="N",
    default=0,
    expose_value=False,
    callback=_remember,
    help="1 shows the server's warnings about what is only read; 8 also where an error came from.",
)
