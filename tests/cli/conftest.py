"""A command line without a cluster behind it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kubectl_ddfargate.cli.run import run
from tests.cli.fakes import UseCases
from tests.render import reports


class Line:
    """Runs command lines and keeps what they print."""

    def __init__(self, cases: UseCases, read: Callable[[], tuple[str, str]]) -> None:
        self.cases = cases
        self._read = read
        self.out = ""
        self.err = ""

    def __call__(self, *args: str) -> int:
        code = run(args)
        self.out, self.err = self._read()
        return code


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Line:
    """`code = line("doctor", "-n", "shop")`, then `line.out`, `line.err`, `line.cases.calls`."""
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.argv", ["kubectl-ddfargate"])
    cases = UseCases(answer=lambda **_: reports.broken())
    cases.install(monkeypatch)
    return Line(cases, lambda: (*capsys.readouterr(),))
