"""All tests in six shares, four at once, each with a control plane of its own.

`python -m tests.shares [arguments of pytest]`.

Most tests of the cluster wait for it more than they compute, so four shares keep two processors busy. The longest
comes first, and what takes the least last: so all end at about the same time. The first is printed as it runs, the
others at their end.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

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
NO_TESTS = 5
"""pytest's exit code where nothing was selected."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--share NAME`: only this share of the tests."""
    parser.addoption("--share", choices=SHARES)


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
        first, *others = (threads.submit(_run, share, arguments, live=share == SHARES[0]) for share in SHARES)
        codes = [first.result()[0]]
        for share, other in zip(SHARES[1:], others, strict=True):
            code, output = other.result()
            print(f"\n== share {share}\n{output}", flush=True)
            codes.append(code)
    finally:
        threads.shutdown(cancel_futures=True)
    done = [code for code in codes if code != NO_TESTS]
    return max(done, default=NO_TESTS)


def _run(share: str, arguments: Sequence[str], *, live: bool) -> tuple[int, str]:
    """The exit code, and what it printed, where that was not shown at once."""
    command = [sys.executable, "-m", "pytest", "-p", "tests.shares", "--share", share, *arguments]
    environment = {**COLLECT_LESS, **os.environ}
    with tempfile.TemporaryFile("w+") as output:
        to = None if live else output
        done = subprocess.run(
            command, env=environment, stdout=to, stderr=subprocess.STDOUT if to else None, check=False
        )
        output.seek(0)
        return done.returncode, output.read()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
