"""`doctor --fix`: its flags, which are those of `install` and mean nothing without --fix, and what it does."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from kubectl_ddfargate.cli.connection import carried
from kubectl_ddfargate.cli.write_flags import FLAGS, gathered
from kubectl_ddfargate.model.connection import ConnectionFlags

if TYPE_CHECKING:
    from kubectl_ddfargate.commands.write_options import WriteOptions
    from kubectl_ddfargate.model.settings import Given

Function = Callable[..., Any]

USUAL_WAIT = 300.0
"""Seconds that --wait asks again, where --timeout does not say."""
_WITHOUT_FIX = {
    "--wait": "Ask again until the report is good (see the exit code), or --timeout is over: then 1. "
    "With --fix: until what was written is in force, and prove it; there it is the default.",
    "--timeout": "How long --wait may take: 90s, 10m. Default: 5m. "
    "With --fix: 10m, for the waiting and for each workload's restart.",
}
"""What these two mean, which are not for --fix alone."""


def cure_options(function: Function) -> Function:
    """Give a command `--fix` and the manner of writing; it gets `cure`: WriteOptions, or None without --fix.

    `--wait` and `--timeout` mean something without it too: then it gets `waiting`, the seconds to ask again for a
    good report, else None.
    """

    @functools.wraps(function)
    def wrapper(*args: Any, fix: bool, **kwargs: Any) -> Any:
        ctx = click.get_current_context()
        given = [
            param.opts[-1]
            for param in ctx.command.params
            if param.name in parameters and ctx.get_parameter_source(param.name) is not ParameterSource.DEFAULT
        ]
        told = [name for name in dict.fromkeys(given) if name not in _WITHOUT_FIX]
        if told and not fix:
            ctx.fail(f"{', '.join(told)}: only with --fix, for doctor itself writes nothing")
        cure = gathered(FLAGS, kwargs)
        waits = not fix and "--wait" in given and cure.wait
        if "--timeout" in given and not fix and not waits:
            ctx.fail("--timeout: only with --wait or --fix")
        waiting = (cure.timeout if "--timeout" in given else USUAL_WAIT) if waits else None
        return function(*args, cure=cure if fix else None, waiting=waiting, **kwargs)

    decorated: Function = wrapper
    before = len(_params(decorated))
    for name in reversed(list(FLAGS)):
        decorated = FLAGS[name](decorated)
    added = _params(decorated)[before:]
    for param in added:
        param.help = _WITHOUT_FIX.get(param.opts[-1]) or _with_fix(param.help or "")
        if param.opts[-1] == "--timeout":
            param.show_default = False
    parameters = {param.name for param in added}
    return _FIX(decorated)


def cure_findings(
    connection: ConnectionFlags, given: Given, cure: WriteOptions, *, color: str, trace: Path | None
) -> int:
    """Carry out the part of an install that cures a finding of doctor; the exit code."""
    from kubectl_ddfargate.cli.messages import Messages
    from kubectl_ddfargate.cli.talking import terminal_talk
    from kubectl_ddfargate.cli.typed import with_typed
    from kubectl_ddfargate.commands.install import Asked, install

    with Messages() as messages:
        talk = terminal_talk(connection, messages, yes=cure.yes, color=color)
        asked = Asked(
            connection=connection,
            given=given,
            options=with_typed(cure),
            kubectl_flags=carried(connection),
            trace=trace,
            only_cures=True,
        )
        return install(asked, talk)


_FIX = click.option(
    "--fix",
    "fix",
    is_flag=True,
    help="Install what cures the findings, and nothing else: plan, question, proof.",
)


def _params(function: Function) -> list[click.Option]:
    """The options that were declared on a function so far, as click keeps them."""
    found: list[click.Option] = getattr(function, "__click_params__", [])
    return found


def _with_fix(text: str) -> str:
    """`With --restart: …` becomes `With --fix and --restart: …`."""
    if text.startswith("With --"):
        return text.replace("With ", "With --fix and ", 1)
    return f"With --fix: {text[:1].lower()}{text[1:]}"
