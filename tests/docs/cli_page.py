"""`docs/cli.md`: every command with its options, from their declarations.

Not click's help text: that changes with the version of click.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import click

from kubectl_ddfargate.cli.connection import ConnectionOption
from kubectl_ddfargate.cli.main import COMMANDS, root
from kubectl_ddfargate.cli.program import PLUGIN


def cli_page() -> str:
    """The page."""
    context = click.Context(root, info_name=PLUGIN)
    lines = ["# The command line", "", "Flags are spelled as in kubectl, and stand after the plugin's name:"]
    lines += [f"`{PLUGIN} doctor -n shop -o=json --insecure-skip-tls-verify=true`.", ""]
    connected: list[str] = []
    connection: list[click.Option] = []
    for name in COMMANDS:
        command = root.get_command(context, name)
        assert command is not None
        options = [one for one in command.params if isinstance(one, click.Option)]
        theirs: list[click.Option] = [one for one in options if isinstance(one, ConnectionOption)]
        if theirs:
            connection = theirs
            connected.append(f"`{name}`")
        own = [one for one in options if one not in theirs]
        arguments = [one for one in command.params if isinstance(one, click.Argument)]
        lines += _section(" ".join([name, *(_shown(one) for one in arguments)]), command, own)
    lines += [
        "## Connection",
        "",
        f"Taken by {' and '.join(connected)}; the same as kubectl's. The last one wins.",
        "",
    ]
    lines += _table(connection)
    return "\n".join(lines).rstrip() + "\n"


def _section(title: str, command: click.Command, options: list[click.Option]) -> Iterator[str]:
    text = inspect.cleandoc(command.help or "").replace("\b\n", "")
    yield from (f"## {title}", "", text, "")
    if options:
        yield from _table(options)


def _table(options: list[click.Option]) -> Iterator[str]:
    yield from ("| option | value | meaning |", "| --- | --- | --- |")
    for option in options:
        names = ", ".join(f"`{name}`" for name in (*option.opts, *option.secondary_opts))
        yield f"| {names} | {_value(option)} | {option.help or ''} |"
    yield ""


def _value(option: click.Option) -> str:
    if option.is_flag:
        return ""
    if isinstance(option.type, click.Choice):
        return ", ".join(f"**{one}**" if one == option.default else str(one) for one in option.type.choices)
    return (option.metavar or "IDS").replace("|", " or ")


def _shown(argument: click.Argument) -> str:
    if isinstance(argument.type, click.Choice):
        return "|".join(argument.type.choices)
    return argument.metavar or str(argument.name)
