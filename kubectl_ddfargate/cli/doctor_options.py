"""The options of `doctor` beside those that it shares with others; the command gets them as one frozen `asked`."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import click

from kubectl_ddfargate.cli.check_ids import CheckIds, flattened
from kubectl_ddfargate.cli.doctor_fix import cure_options
from kubectl_ddfargate.cli.watching import trace_option, verbosity_option
from kubectl_ddfargate.render.formats import FORMATS

Function = Callable[..., Any]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a user typed of them."""

    output: str
    show: str
    only: tuple[str, ...]
    skip_check: tuple[str, ...]
    fail_on: str
    allow_unknown: bool
    source: Path | None
    filename: Path | None
    price_file: Path | None
    example: bool
    print_rbac: bool
    trace: Path | None
    color: str


_READ_FILE = click.Path(dir_okay=False, path_type=Path)
_OPTIONS = (
    click.option(
        "-o",
        "--output",
        type=click.Choice(list(FORMATS)),
        default="text",
        show_default=True,
        help="Format of the report.",
    ),
    click.option(
        "--show",
        type=click.Choice(["problems", "all"]),
        default="problems",
        show_default=True,
        help="What the text lists.",
    ),
    click.option("--check", "only", type=CheckIds(), multiple=True, callback=flattened, help="Only these checks."),
    click.option("--skip-check", type=CheckIds(), multiple=True, callback=flattened, help="All checks but these."),
    click.option(
        "--fail-on",
        type=click.Choice(["error", "warning", "never"]),
        default="error",
        show_default=True,
        help="The least severity that gives exit code 1.",
    ),
    click.option("--allow-unknown", is_flag=True, help="Exit 0, not 3, where only unknown checks remain."),
    click.option(
        "--from", "source", type=_READ_FILE, metavar="FILE", help="Diagnose a saved snapshot; no cluster is asked."
    ),
    click.option(
        "-f",
        "--filename",
        type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
        metavar="FILE",
        help="File with the settings (kind: Install); `suppress` and `serviceCidr` count, with --fix all of it.",
    ),
    click.option(
        "--price-file",
        type=_READ_FILE,
        metavar="FILE",
        help="File with your prices (kind: Prices): what the agent costs a month is shown. No price without it.",
    ),
    click.option(
        "--print-rbac",
        is_flag=True,
        help="Print the smallest ClusterRole for these checks, and what proof would need. No cluster is asked.",
    ),
    cure_options,
    click.option("--example", is_flag=True, help="Diagnose the broken example that comes with the tool."),
    trace_option,
    click.option(
        "--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Colour in the text."
    ),
    verbosity_option,
)
"""In the order of the help."""


def doctor_options(function: Function) -> Function:
    """Declare them; the command gets `asked` in their place, and `cure` and `waiting` of `cure_options`."""

    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        asked = Asked(**{field.name: kwargs.pop(field.name) for field in fields(Asked)})
        return function(*args, asked=asked, **kwargs)

    decorated: Function = wrapper
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated
