"""How a command that writes talks to a person, without knowing a terminal."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from kubectl_ddfargate.commands.write_options import WriteOptions
from kubectl_ddfargate.errors import ExitCode
from kubectl_ddfargate.model.plan import Plan


def _nothing(text: str) -> None:
    """Say nothing."""


class Talk(msgspec.Struct, frozen=True, kw_only=True):
    """What the command line gives to a use case."""

    show: Callable[[Plan], None]
    """Print a plan."""
    confirm: Callable[[str], bool]
    """Ask; with --yes always true. Raises UsageError where nobody can be asked, KeyboardInterrupt on Ctrl-C."""
    say: Callable[[str], None]
    """One line of result, on stdout."""
    progress: Callable[[str], None] = _nothing
    warn: Callable[[str], None] = _nothing


def shown(plan: Plan, options: WriteOptions, talk: Talk) -> ExitCode | None:
    """Show a plan. The exit code where it ends with that, because it is blocked or only a dry run; else None."""
    talk.show(plan)
    if plan.blocked:
        talk.say("nothing was written")
        return ExitCode.BAD
    if options.dry_run != "none":
        talk.say(f"nothing was written ({options.dry_run} dry run)")
        return ExitCode.GOOD
    return None


def declined(question: str, talk: Talk) -> bool:
    """Ask before the first write. Whether the answer is no."""
    if talk.confirm(question):
        return False
    talk.say("nothing was written")
    return True
