"""`python -m tests.bench run [--full]`, `… report [FILE]`, `… guard --record`: see `make bench`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.bytecode import keep_bytecode


def main() -> int:
    """Do what the arguments say."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    running = commands.add_parser("run", help="fill a cluster, measure, write the results and the page")
    running.add_argument("--full", action="store_true", help="up to 100,000 pods; three quarters of an hour")
    running.add_argument("--pods", type=int, nargs="+", help="other sizes, smallest first")
    running.add_argument("--minutes", type=float, help="what does not fit is left out [12, with --full 50]")
    running.add_argument("--rounds", type=int, help="of each comparison")
    running.add_argument("--output", type=Path, help="the file of results [tests/bench/results/…]")
    running.add_argument("--no-others", action="store_true", help="build and run no other diagnoser")
    reporting = commands.add_parser("report", help="write docs/performance.md from a file of results")
    reporting.add_argument("file", type=Path, nargs="?")
    guarding = commands.add_parser("guard", help="print the guard's counts")
    guarding.add_argument("--record", action="store_true", help="and make them the measure")
    options = parser.parse_args()
    keep_bytecode()
    if options.command == "run":
        from tests.bench.run import run

        return run(
            full=options.full,
            pods=options.pods,
            minutes=options.minutes,
            rounds=options.rounds,
            output=options.output,
            others=not options.no_others,
        )
    if options.command == "report":
        from tests.bench.report import write_report

        return write_report(options.file)
    from tests.bench.guard import print_counts

    return print_counts(record=options.record)


if __name__ == "__main__":
    sys.exit(main())
