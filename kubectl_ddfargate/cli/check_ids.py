"""Ids of checks on a command line: completed, checked, and corrected where one was mistyped."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kubectl_ddfargate.cli.program import PLUGIN
from kubectl_ddfargate.errors import UsageError

if TYPE_CHECKING:
    _Type = click.ParamType[tuple[str, ...]]
else:  # generic only in newer versions of click
    _Type = click.ParamType


_TITLES = Path(__file__).parents[1] / "data" / "checks.tsv"


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
        return tuple(map(_known, words))

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:  # noqa: ARG002
        """Every id with its title; after a comma, the next one."""
        from click.shell_completion import CompletionItem

        done, comma, word = incomplete.rpartition(",")
        return [
            CompletionItem(f"{done}{comma}{id_}", help=title)
            for id_, title in _registered().items()
            if id_.startswith(word.upper())
        ]


def _known(word: str) -> str:
    known = _registered()
    wanted = f"DDF{word}" if word.isdecimal() else word.upper()
    if wanted not in known:
        raise UsageError(f'unknown check "{word}"{_instead(wanted, known)}', hint=f"list them: {PLUGIN} checks")
    return wanted


def _instead(wanted: str, known: Iterable[str]) -> str:
    """What may be meant. Numbers are alike by chance: only a slip in the letters counts, or two swapped digits."""
    digits = "".join(letter for letter in wanted.replace("O", "0") if letter.isdecimal())
    swapped = [digits[:n] + digits[n + 1] + digits[n] + digits[n + 2 :] for n in range(len(digits) - 1)]
    for near in (digits, *swapped):
        if f"DDF{near}" in known:
            return f'; did you mean "DDF{near}"?'
    family = [id_ for id_ in known if digits and id_.startswith(f"DDF{digits[0]}")]
    return f"; those of DDF{digits[0]}nn are {family[0]} to {family[-1]}" if family else ""


def flattened(
    ctx: click.Context, param: click.Parameter, value: Iterable[tuple[str, ...]]  # noqa: ARG001
) -> tuple[str, ...]:  # fmt: skip
    """All ids of an option that was given several times, each once."""
    return tuple(dict.fromkeys(id_ for ids in value for id_ in ids))


def _registered() -> dict[str, str]:
    """Ids and titles, from the file that is made from the registry: to load all takes longer than TAB may."""
    lines = _TITLES.read_text(encoding="utf-8").splitlines()
    return {id_: title for id_, _, title in (line.partition("\t") for line in lines)}
