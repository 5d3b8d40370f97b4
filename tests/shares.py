"""All tests in four shares, three at once, each with a control plane of its own.

`python -m tests.shares [arguments of pytest]`.

Most tests of the cluster wait for it rather than compute, so three take little longer than the longest of them.
Those on a real node start programs for each pod, so they come when one of the three is done.
Two shares are printed as they run; the others at their end.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from typing import IO

import pytest

from tests.bytecode import keep_bytecode
from tests.cluster.engines import wanted

SHARES = ("rest", "node", "cases", "engines")
NO_TESTS = 5
"""pytest's exit code where nothing was selected."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--share NAME`: only this share of the tests."""
    parser.addoption("--share", choices=SHARES)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect what is in another share."""
    share = config.getoption("--share")
    others = [item for item in items if share and _share(item) != share]
    if others:
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if _share(item) == share]


def _share(item: pytest.Item) -> str:
    if item.nodeid.startswith("tests/e2e/"):
        return "node"
    if wanted(getattr(item, "fixturenames", ())):
        return "engines"
    return "cases" if item.nodeid.startswith("tests/checks/") else "rest"


def main(arguments: Sequence[str]) -> int:
    """Run all shares; 0 where all passed."""
    keep_bytecode()
    with tempfile.TemporaryFile("w+") as cases, tempfile.TemporaryFile("w+") as engines:
        aside = {"cases": cases, "engines": engines}
        running = {name: _start(name, arguments, output=output) for name, output in aside.items()}
        codes = [_start(name, arguments, output=None).wait() for name in ("rest", "node")]
        for name, output in aside.items():
            codes.append(running[name].wait())
            output.seek(0)
            print(f"\n== share {name}\n{output.read()}", flush=True)
    done = [code for code in codes if code != NO_TESTS]
    return max(done, default=NO_TESTS)


def _start(share: str, arguments: Sequence[str], *, output: IO[str] | None) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "pytest", "-p", "tests.shares", "--share", share, *arguments]
    return subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT if output else None)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
