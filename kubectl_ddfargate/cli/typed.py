"""The command as it was typed, to be printed again with a flag more."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from kubectl_ddfargate.cli.connection import ConnectionOption
from kubectl_ddfargate.cli.program import program_name
from kubectl_ddfargate.model.secret_words import clean_message

if TYPE_CHECKING:
    from kubectl_ddfargate.commands.write_options import WriteOptions


def with_typed(options: WriteOptions) -> WriteOptions:
    """The options with the command that they were typed in."""
    from msgspec.structs import replace

    return replace(options, typed=typed())


def typed() -> str:
    """The command that runs, quoted for a shell. The connection's flags are not in it: `carried` gives those.

    What may be a credential is `…`.
    """
    ctx = click.get_current_context()
    words = [program_name(), ctx.info_name or ""]
    for param in ctx.command.params:
        given = ctx.get_parameter_source(param.name or "") is ParameterSource.COMMANDLINE
        if given and not isinstance(param, ConnectionOption):
            words += _words(param, ctx.params.get(param.name or ""))
    return " ".join(filter(None, words))


def _words(param: click.Parameter, value: Any) -> Iterator[str]:
    values = value if isinstance(value, (tuple, list)) else (value,)
    name = param.opts[-1]
    for one in values:
        text = str(one).lower() if isinstance(one, bool) else str(one)
        quoted = shlex.quote(clean_message(text))
        if not isinstance(param, click.Option):
            yield quoted
        elif param.is_flag:
            yield name
        elif isinstance(param.flag_value, str):  # its value may be left out, so that it must not stand apart
            yield name if text == param.flag_value else f"{name}={quoted}"
        else:
            yield f"{name} {quoted}"
