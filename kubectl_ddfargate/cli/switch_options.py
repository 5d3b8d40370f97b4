"""Switches that are on, off, or not given: `--wait`, `--wait=false`, `--no-wait`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def negated(name: str) -> str:
    """`--no-wait` of `--wait`."""
    return f"--no-{name.removeprefix('--')}"


def switch(name: str, parameter: str, *, help: str, negative: bool = False) -> Decorator:
    """Declare one. The command gets `parameter`, and `no_` + `parameter` where there is a negative form.

    Not click's own pair of switches: of that, `--wait=false` would be passed over instead of meaning no.
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        decorated = function
        if negative:
            decorated = click.option(
                negated(name), f"no_{parameter}", is_flag=True, default=False, help=f"The same as {name}=false."
            )(decorated)
        return click.option(
            name,
            parameter,
            type=click.BOOL,
            is_flag=False,
            flag_value="true",
            default=None,
            metavar="[true|false]",
            help=help,
        )(decorated)

    return decorate


def taken(values: dict[str, Any], name: str, parameter: str) -> bool | None:
    """Take a switch out of a command's values: on, off, or None where it was not given."""
    on: bool | None = values.pop(parameter)
    off: bool = values.pop(f"no_{parameter}", False)
    if off and on:
        raise click.UsageError(f"{name} and {negated(name)} exclude each other")
    return False if off else on
