"""Reads flags as kubectl does: `-o=json`, `--insecure-skip-tls-verify=true`, the last one wins."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import click

_SHORT_WITH_EQUALS = re.compile(r"-([a-zA-Z])=(.*)", re.DOTALL)
_TRUE = frozenset({"1", "t", "true"})
_FALSE = frozenset({"0", "f", "false"})


class KubectlCommand(click.Command):
    """A command whose flags may be spelled as kubectl's users are used to, and whose help looks as kubectl's."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Rewrite kubectl's spellings into click's, then let click parse."""
        try:
            args = _rewritten(args, _Flags(self.get_params(ctx)))
        except click.UsageError:
            if not ctx.resilient_parsing:  # completion makes the best of what is there
                raise
        return super().parse_args(ctx, args)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What it does, examples, flags by matter, exit codes, usage."""
        from kubectl_ddfargate.cli.help_layout import command_help

        command_help(self, ctx, formatter)


class _Flags:
    """The options of a command, by what may follow their names."""

    def __init__(self, params: Sequence[click.Parameter]) -> None:
        named = [
            (name, param)
            for param in params
            if isinstance(param, click.Option)
            for name in (*param.opts, *param.secondary_opts)
        ]
        self.switches = {name: param for name, param in named if param.is_flag}
        self.optional = {
            name: param for name, param in named if not param.is_flag and isinstance(param.flag_value, str)
        }
        """Those with a value of their own where none is written: `--wait`, `--dry-run`."""


def _rewritten(args: list[str], flags: _Flags) -> list[str]:
    done: list[str] = []
    for number, argument in enumerate(args):
        if argument == "--":
            return done + args[number:]
        name, equals, value = argument.partition("=")
        if equals and name in flags.switches:
            done = _switched(done, name, value, flags.switches)
        elif match := _SHORT_WITH_EQUALS.fullmatch(argument):
            done += [f"-{match[1]}", match[2]]
        elif argument in flags.optional and not _is_value(flags.optional[argument], args[number + 1 : number + 2]):
            # else click takes the next word for the value: of `--wait deployment/coredns` the workload
            done.append(f"{argument}={flags.optional[argument].flag_value}")
        else:
            done.append(argument)
    return done


def _switched(done: list[str], name: str, value: str, switches: Mapping[str, click.Option]) -> list[str]:
    switch, on = switches[name], _boolean(name, value)
    if switch.secondary_opts:  # `--prove/--no-prove`, which may also be neither
        return [*done, (switch.opts if on is (name in switch.opts) else switch.secondary_opts)[0]]
    return [*done, name] if on else [one for one in done if one not in switch.opts]


def _is_value(option: click.Option, following: list[str]) -> bool:
    """Whether the next word can only be the value of this option."""
    return any(word.lower() in _values_of(option) for word in following)


def _values_of(option: click.Option) -> Iterator[str]:
    if isinstance(option.type, click.Choice):
        yield from map(str, option.type.choices)
    else:
        yield from _TRUE | _FALSE


def _boolean(name: str, value: str) -> bool:
    if value.lower() in _TRUE:
        return True
    if value.lower() in _FALSE:
        return False
    raise click.UsageError(f'{name} takes true or false, not "{value}"')
