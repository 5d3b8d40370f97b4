"""`python -m kubectl_ddfargate`, and what the installed script calls: the life of the process."""

from __future__ import annotations

import gc
import os
import sys
from typing import NoReturn

_COLLECT_AFTER = (50_000, 20, 100)
"""What is read holds no cycles: looking through it for them again and again costs a tenth of `doctor --from`."""


def main() -> NoReturn:
    """Run the command line and leave with its exit code."""
    gc.set_threshold(*_COLLECT_AFTER)
    try:
        from kubectl_ddfargate.cli.run import run

        code = run()
    except KeyboardInterrupt:  # while it was still loading, or already leaving
        from kubectl_ddfargate.errors import ExitCode

        code = ExitCode.INTERRUPTED
    leave(code)


def leave(code: int) -> NoReturn:
    """End now: threads may still wait for an answer that nobody wants any more, after Ctrl-C above all."""
    try:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
    except (OSError, ValueError):
        sys.exit(code)  # Python tells of it, and leaves with a code of its own
    os._exit(code)


if __name__ == "__main__":
    main()
