"""Reads flags as kubectl does: `-o=json`, `--insecure-skip-tls-verify=true`, the last one wins."""

from __future__ import annotations

import re
from collections.abc import Mapping

import click

from kubectl_ddfargate.cli.connection import ConnectionOption

_SHORT_WITH_EQUALS = re.compile(r"-([a-zA-Z])=(.*)", re.DOTALL)
_TRUE = frozenset({"1", "t", "true"})
_FALSE = frozenset({"0", "f", "false"})


class KubectlCommand(click.Command):
    """A command whose flags may be spelled as kubectl's users are used to."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Rewrite kubectl's spellings into click's, then let click parse."""
        switches = {
            name: param
            for param in self.get_params(ctx)
            if isinstance(param, click.Option) and param.is_flag
            for name in (*param.opts, *param.secondary_opts)
        }
        return super().parse_args(ctx, _rewritten(args, switches))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Our own options first, kubectl's connection flags after them."""
        options = [param for param in self.get_params(ctx) if isinstance(param, click.Option)]
        for title, kubectls in (("Options", False), ("Connection, as in kubectl", True)):
            chosen = [one for one in options if isinstance(one, ConnectionOption) is kubectls]
            records = [record for one in chosen if (record := one.get_help_record(ctx)) is not None]
            if records:
                with formatter.section(title):
                    formatter.write_dl(records)


def _rewritten(args: list[str], switches: Mapping[str, click.Option]) -> list[str]:
    done: list[str] = []
    for number, argument in enumerate(args):
        if argument == "--":
            return done + args[number:]
        name, equals, value = argument.partition("=")
        if equals and name in switches:
            switch, on = switches[name], _boolean(name, value)
            if switch.secondary_opts:  # `--prove/--no-prove`, which may also be neither
                done.append((switch.opts if on is (name in switch.opts) else switch.secondary_opts)[0])
            elif on:
                done.append(name)
            else:
                done = [one for one in done if one not in switch.opts]
        elif match := _SHORT_WITH_EQUALS.fullmatch(argument):
            done += [f"-{match[1]}", match[2]]
        else:
            done.append(argument)
    return done


def _boolean(name: str, value: str) -> bool:
    if value.lower() in _TRUE:
        return True
    if value.lower() in _FALSE:
        return False
    raise click.UsageError(f'{name} takes true or false, not "{value}"')
