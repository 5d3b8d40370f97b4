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

# Not handed to the command: it is read by `asked`, before parsing, since parsing may be what fails.
verbosity_option = click.option(
    "-v",
    "--v",
    "verbosity",
    type=click.IntRange(0),
    metavar="N",
    default=0,
    expose_value=False,
    help="8 shows where an error came from.",
)
