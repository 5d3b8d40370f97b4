"""Ids of checks on a command line: completed, checked, and corrected where one was mistyped."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

from kubectl_ddfargate.cli.closest import did_you_mean

if TYPE_CHECKING:
    _Type = click.ParamType[tuple[str, ...]]
else:  # generic only in newer versions of click
    _Type = click.ParamType


class CheckIds(_Type):
    """`DDF101` or `DDF101,DDF208`; `ddf101` and `101` mean the same."""

    name = "ids"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        """The ids, each known to the registry."""
        if isinstance(value, tuple):
            return value
        words = [word.strip() for word in str(value).split(",") if word.strip()]
        if not words:
            self.fail("no check id was given", param, ctx)
        return tuple(_known(word, ctx) for word in words)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:  # noqa: ARG002
        """Every id with its title; after a comma, the next one."""
        from click.shell_completion import CompletionItem

        done, comma, word = incomplete.rpartition(",")
        return [
            CompletionItem(f"{done}{comma}{id_}", help=title)
            for id_, title in _registered().items()
            if id_.startswith(word.upper())
        ]


def _known(word: str, ctx: click.Context | None) -> str:
    known = _registered()
    wanted = f"DDF{word}" if word.isdecimal() else word.upper()
    if wanted not in known:
        raise click.UsageError(f'unknown check "{word}"{did_you_mean(wanted, known)}', ctx)
    return wanted


def flattened(
    ctx: click.Context, param: click.Parameter, value: Iterable[tuple[str, ...]]  # noqa: ARG001
) -> tuple[str, ...]:  # fmt: skip
    """All ids of an option that was given several times, each once."""
    return tuple(dict.fromkeys(id_ for ids in value for id_ in ids))


def _registered() -> dict[str, str]:
    """Ids and titles. Loaded when an id is at hand, never for `--help`."""
    from kubectl_ddfargate.checks import CHECKS

    return {check.id: check.title for check in CHECKS}
