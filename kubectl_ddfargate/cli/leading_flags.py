"""`kubectl ddfargate -n shop doctor`: connection flags that stand before the command."""

from __future__ import annotations

import click

from kubectl_ddfargate.cli.connection import FLAGS

_ANY = "doctor"
"""A command that takes all of them."""


def behind_the_command(args: list[str]) -> list[str]:
    """Put kubectl's flags that lead behind the command's name, where the commands take them.

    What follows is unchanged, and so is the whole where an unknown flag leads. Raises UsageError without a command.
    """
    number = _command_at(args)
    if number is None:
        return args
    if number >= len(args):
        raise click.UsageError(f"{args[0]}: which command? For example: {_ANY} {' '.join(args)}")
    return [args[number], *args[:number], *args[number + 1 :]]


def completed_behind(words: list[str]) -> list[str]:
    """The same for a line whose last word is being typed: a flag's value, the command, or what follows it."""
    number = _command_at(words)
    if number is None:
        return words
    if number >= len(words):
        return [_ANY, *words]
    if number == len(words) - 1:
        return words[number:]
    return [words[number], *words[:number], *words[number + 1 :]]


def _command_at(args: list[str]) -> int | None:
    """Where the command stands, or would stand; None where something else leads than kubectl's flags."""
    takes_value = {name: not flag.switch for flag in FLAGS for name in (flag.name, flag.short) if name}
    number = 0
    while number < len(args) and args[number].startswith("-"):
        name, equals, _ = args[number].partition("=")
        if name not in takes_value:
            return None
        number += 2 if takes_value[name] and not equals else 1
    return number
