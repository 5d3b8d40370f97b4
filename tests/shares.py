"""All tests in six shares, four at once, each with a control plane of its own.

`python -m tests.shares [arguments of pytest]`.

Most tests of the cluster wait for it more than they compute, so four shares keep two processors busy. The longest
comes first, and what takes the least last: so all end at about the same time. The first is printed as it runs, the
others at their end. What failed in any of them is told once more in the last lines: a log is read from its end, and
often only the end of it is kept.

Where a few tests fail, they run once more with nothing beside them, and what they do then decides: real controllers
on a machine that others share may be late for a deadline. It is told, whatever comes of it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.bytecode import keep_bytecode
from tests.cluster.engines import wanted
from tests.without_control_plane import asks_for_it, deselect

SHARES = ("writes", "engines", "rest", "cases", "node", "alone")
"""The longest first. `alone` are the tests that need no control plane."""
AT_ONCE = 4
COLLECT_LESS = {"GOGC": "400"}
"""The programs of the test clusters, all in Go, have memory enough: a tenth less CPU."""
_FOLDERS = {
    "tests/checks/": "cases",
    "tests/install/": "writes",
    "tests/plan/": "writes",
    "tests/proving/": "writes",
    "tests/restart/": "writes",
}
"""Of tests of the cluster, without engines; those of other folders are the rest."""
FEW = 3
"""More failures than these are no accident of a busy machine."""
MOST_OF_A_MESSAGE = 160
"""Characters of what a failed test says that its line in the end has room for."""
NO_TESTS = 5
"""pytest's exit code where nothing was selected."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--share NAME`: only this share of the tests. `--failed-to FILE`: a line for each test that failed."""
    parser.addoption("--share", choices=SHARES)
    parser.addoption("--failed-to", type=Path)


class _Failed:
    """Writes a line for each test that failed, as it fails: a share that is killed has told of them, too."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._tell(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self._tell(report)

    def _tell(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        if report.failed:
            crash = getattr(report.longrepr, "reprcrash", None)
            said = crash.message if crash else report.longreprtext
            first = next(iter(said.strip().splitlines()), "")
            when = getattr(report, "when", "collect")
            with self._file.open("a") as lines:
                lines.write(f"{report.nodeid}\t{when}: {first[:MOST_OF_A_MESSAGE]}\n")


def pytest_configure(config: pytest.Config) -> None:
    file = config.getoption("--failed-to")
    if file:
        config.pluginmanager.register(_Failed(file))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect what is in another share."""
    share = config.getoption("--share")
    if share:
        deselect(config, items, lambda item: _share(item) != share)


def _share(item: pytest.Item) -> str:
    if item.nodeid.startswith("tests/e2e/"):
        return "node"
    if wanted(getattr(item, "fixturenames", ())):
        return "engines"
    if not asks_for_it(item):
        return "alone"
    return next((share for folder, share in _FOLDERS.items() if item.nodeid.startswith(folder)), "rest")


def main(arguments: Sequence[str]) -> int:
    """Run all shares; 0 where all passed."""
    keep_bytecode()
    threads = ThreadPoolExecutor(AT_ONCE)
    try:
        ran = [threads.submit(_run, share, arguments, live=share == SHARES[0]) for share in SHARES]
        shares = []
        for future in ran:
            shares.append(share := future.result())
            if share.output:
                print(f"\n== share {share.name}\n{share.output}", flush=True)
    finally:
        threads.shutdown(cancel_futures=True)
    for share in shares:
        print(share.summary, flush=True)
    failed = [name for share in shares for name in share.failed]
    # What is red without a test's name, or was cut short by an option as -x, no second run of tests makes good.
    options = any(one.startswith("-") for one in arguments)
    if 0 < len(failed) <= FEW and all(share.is_told for share in shares) and not options:
        return _once_more(failed)
    done = [share.code for share in shares if share.code != NO_TESTS]
    return max(done, default=NO_TESTS)


def _once_more(failed: Sequence[str]) -> int:
    print(f"\n== once more, with nothing beside it: {', '.join(failed)}", flush=True)
    again = _run("", failed, live=True)
    print(again.summary)
    print(f"{'failed, and passed' if again.code == 0 else 'failed, and failed again'} when run alone: {failed}")
    return again.code


class _Share(NamedTuple):
    """How one share ended."""

    name: str
    code: int
    output: str
    """What it printed, where that was not shown at once."""
    failed: Mapping[str, str]
    """The tests that failed, and what each said."""

    @property
    def is_told(self) -> bool:
        """Whether the tests that failed are all that went wrong in it."""
        return self.code in (0, NO_TESTS) or (self.code == 1 and bool(self.failed))

    @property
    def summary(self) -> str:
        """A line of the whole, and one for each test that failed."""
        lines = self.output.strip().splitlines()
        told = lines[-1].strip("= ") if lines else "shown above"
        failed = "".join(f"\nFAILED {name} {said}" for name, said in self.failed.items())
        return f"{f'share {self.name}' if self.name else 'once more'}: exit code {self.code}, {told}{failed}"


def _run(share: str, arguments: Sequence[str], *, live: bool) -> _Share:
    command = [sys.executable, "-m", "pytest", "-p", "tests.shares", *(["--share", share] if share else [])]
    with tempfile.TemporaryFile("w+") as output, tempfile.NamedTemporaryFile("r") as failed:
        to = None if live else output
        done = subprocess.run(
            # Written as one word: pytest takes an own word for a path, and looks for its settings from there.
            [*command, f"--failed-to={failed.name}", *arguments],
            env={**COLLECT_LESS, **os.environ},
            stdout=to,
            stderr=subprocess.STDOUT if to else None,
            check=False,
        )
        output.seek(0)
        said = dict(line.rstrip("\n").split("\t", 1) for line in failed)
        return _Share(share, done.returncode, output.read(), said)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
