"""The playground by hand: `python -m tests.cluster up | down | status`."""

from __future__ import annotations

import argparse
import sys

from . import playground
from .binaries.build import BuildFailedError
from .binaries.toolchain import BuildImpossibleError


def main() -> int:
    """Do what the one argument says; exit code 1 when the programs cannot be built."""
    actions = {"up": playground.up, "down": playground.down, "status": playground.status}
    parser = argparse.ArgumentParser(prog="python -m tests.cluster", description=__doc__)
    parser.add_argument("action", choices=actions)
    try:
        print(actions[parser.parse_args().action]())
    except (BuildFailedError, BuildImpossibleError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
