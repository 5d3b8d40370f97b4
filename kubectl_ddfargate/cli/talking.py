"""How commands that write talk to this terminal: the plan, the question, one line a result."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from kubectl_ddfargate.cli.color import on_terminal
from kubectl_ddfargate.cli.connection import carried
from kubectl_ddfargate.cli.output import presentation
from kubectl_ddfargate.cli.question import agreed
from kubectl_ddfargate.cli.stdout import write_text
from kubectl_ddfargate.errors import UsageError
from kubectl_ddfargate.model.connection import ConnectionFlags
from kubectl_ddfargate.render.control import without_control

if TYPE_CHECKING:
    from kubectl_ddfargate.cli.messages import Messages
    from kubectl_ddfargate.commands.talk import Talk
    from kubectl_ddfargate.model.plan import Plan


def terminal_talk(connection: ConnectionFlags, messages: Messages, *, yes: bool, color: str = "auto") -> Talk:
    """Talk over stdout and stdin. Without a terminal and --yes a question is an error, never a hang."""
    from kubectl_ddfargate.commands.talk import Talk

    def show(plan: Plan) -> None:
        from kubectl_ddfargate.render.plan import text

        messages.pause()
        flags = carried(replace(connection, context=connection.context or plan.context))
        how = presentation(color=color, show="problems", scope="", connection=flags)
        write_text(text.render(plan, how))

    def confirm(question: str) -> bool:
        if yes:
            return True
        if not sys.stdin.isatty():
            raise UsageError(
                "nobody can be asked: stdin is no terminal; nothing was written",
                hint="look at the plan above, and add --yes to apply it",
            )
        messages.pause()
        try:
            return agreed(on_terminal(question, sys.stdout))
        except click.Abort as error:
            click.echo()  # the cursor stands behind the question
            raise KeyboardInterrupt from error  # the use case says what was written, and knows no click

    def say(line: str) -> None:
        messages.pause()
        write_text(on_terminal(without_control(line), sys.stdout) + "\n")

    return Talk(show=show, confirm=confirm, say=say, progress=messages.progress, warn=messages.warn)
