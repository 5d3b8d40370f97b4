"""`python -m kubectl_ddfargate`, and what the installed script calls."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line and leave with its exit code."""
    from kubectl_ddfargate.cli.run import run

    sys.exit(run())


if __name__ == "__main__":
    main()
