"""Runs one command line, from arguments to exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from kubectl_ddfargate.cli.asked import asked_format, asked_traceback
from kubectl_ddfargate.cli.failures import failure_of, print_frames, tell
from kubectl_ddfargate.cli.main import root
from kubectl_ddfargate.cli.program import COMPLETION_VARIABLE, ON_REQUEST, program_name
from kubectl_ddfargate.cli.stdout import open_what_is_closed
from kubectl_ddfargate.errors import ExitCode


def run(args: Sequence[str] | None = None) -> int:
    """The exit code of a command line. Never raises."""
    args = list(sys.argv[1:] if args is None else args)
    if args[:1] == [ON_REQUEST]:
        from kubectl_ddfargate.cli.kubectl_complete import complete

        complete(args[1:])
        return int(ExitCode.GOOD)
    if instruction := os.environ.get(COMPLETION_VARIABLE):
        from kubectl_ddfargate.cli.completion_shells import answer_shell

        return answer_shell(instruction)
    open_what_is_closed()
    program = program_name()
    try:
        code = root.main(args, prog_name=program, standalone_mode=False)
        return int(code or 0)
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001
        failure = failure_of(error, program)
        tell(failure, output=asked_format(args))
        if asked_traceback(args) and not isinstance(error, (click.ClickException, click.Abort)):
            print_frames(error)
        return int(failure.exit_code)
