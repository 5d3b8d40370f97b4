"""`docs/cli.md`: every command with its examples, flags and exit codes, from their declarations.

Not click's help text: that changes with the version of click.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Sequence

import click

from kubectl_ddfargate.checks import CHECKS
from kubectl_ddfargate.cli.connection import ConnectionOption
from kubectl_ddfargate.cli.help_groups import CONNECTION, grouped
from kubectl_ddfargate.cli.help_pages import COMMON_CODES, PAGES, ROOT_EXAMPLES, WORDS
from kubectl_ddfargate.cli.main import COMMANDS, SECTIONS, root
from kubectl_ddfargate.cli.program import PLUGIN

_HEAD = f"""\
# The command line

Flags are spelled as in kubectl, and stand after the plugin's name: `{PLUGIN} doctor -n shop -o=json`.
Before it kubectl itself refuses them (`kubectl -n shop ddfargate doctor`: *flags cannot be placed before plugin
name*), for it does not know yet which plugin is meant.
"""


def check_titles() -> str:
    """Ids and titles of the checks, for completion: to load the checks themselves takes longer than TAB may."""
    return "".join(f"{check.id}\t{check.title}\n" for check in CHECKS)


def cli_page() -> str:
    """The page."""
    context = click.Context(root, info_name=PLUGIN)
    lines = [_HEAD, "```sh", ROOT_EXAMPLES.rstrip(), "```", ""]
    for title, names in SECTIONS.items():
        lines.append(f"- {title}: {', '.join(f'[`{name}`](#{name})' for name in names)}")
    lines.append("")
    connected: list[str] = []
    connection: Sequence[click.Option] = ()
    for name in COMMANDS:
        command = root.get_command(context, name)
        assert command is not None
        options = [one for one in command.params if isinstance(one, click.Option)]
        if any(isinstance(one, ConnectionOption) for one in options):
            connected.append(f"`{name}`")
            theirs = dict(grouped(options))[CONNECTION]
            connection = max(connection, theirs, key=len)
        lines += _section(name, command, options)
    lines += [
        "## Connection",
        "",
        f"Taken by {', '.join(connected)}; the same as kubectl's. The last one wins.",
        "They may stand before the command's name too, as in kubectl.",
        "",
        *_table(connection),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _section(name: str, command: click.Command, options: Iterable[click.Option]) -> Iterator[str]:
    page = PAGES[name]
    yield from (f"## {name}", "", inspect.cleandoc(command.help or "").replace("\b\n", ""), "")
    yield from ("```", f"{PLUGIN} {' '.join((name, WORDS.get(name, ''), '[flags]')).replace('  ', ' ')}", "```", "")
    yield from ("```sh", page.examples.rstrip(), "```", "")
    codes = [*page.codes]
    for title, found in grouped(options):
        if title == CONNECTION:
            codes += COMMON_CODES
            yield from (f"{title}: [all of kubectl's flags](#connection).", "")
        else:
            yield from (f"{title}:", "", *_table(found))
    yield from ("| exit code | means |", "| --- | --- |")
    for code, means in sorted(codes, key=lambda one: int(one[0])):
        yield f"| {code} | {means} |"
    yield ""


def _table(options: Iterable[click.Option]) -> Iterator[str]:
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
