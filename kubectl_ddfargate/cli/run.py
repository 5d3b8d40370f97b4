"""Runs one command line, from arguments to exit code."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from kubectl_ddfargate.cli.asked import asked_format, asked_traceback
from kubectl_ddfargate.cli.failures import failure_of, print_frames, tell
from kubectl_ddfargate.cli.main import root
from kubectl_ddfargate.cli.program import COMPLETION_VARIABLE, program_name


def run(args: Sequence[str] | None = None) -> int:
    """The exit code of a command line. Never raises but for `SystemExit` of completion."""
    args = list(sys.argv[1:] if args is None else args)
    program = program_name()
    try:
        code = root.main(args, prog_name=program, standalone_mode=False, complete_var=COMPLETION_VARIABLE)
        return int(code or 0)
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001
        failure = failure_of(error, program)
        tell(failure, output=asked_format(args))
        if asked_traceback(args) and not isinstance(error, (click.ClickException, click.Abort)):
            print_frames(error)
        return int(failure.exit_code)
