"""PowerShell's completion, as far as it goes without PowerShell: what its script asks, and what it is told."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.cli.conftest import Line

_VARIABLE = "_KUBECTL_DDFARGATE_COMPLETE"


def asked(line: str, word: str) -> list[str]:
    """What the script is told when the cursor is at the end of this line, in this word."""
    done = subprocess.run(
        [sys.executable, "-m", "kubectl_ddfargate"], capture_output=True, text=True, check=False,
        env={**os.environ, _VARIABLE: "powershell_complete", "COMP_WORDS": line, "COMP_WORD": word},
    )  # fmt: skip
    assert done.stderr == ""
    return done.stdout.splitlines()


@pytest.mark.parametrize(
    ("words", "word", "expected"),
    [
        ("kubectl-ddfargate unin", "unin", ["uninstall\tTake away what install made."]),
        ("kubectl-ddfargate doctor --fail-on ", "", ["error", "warning", "never"]),
        ("kubectl-ddfargate doctor -l 'app=a b' --fail-on w", "w", ["warning"]),
        ('kubectl-ddfargate doctor -l "it''s" --fail-on w', "w", ["warning"]),
        ("kubectl-ddfargate doctor --fail-on 'w", "'w", ["warning"]),
        ("kubectl-ddfargate nosuch ", "", []),
    ],
)  # fmt: skip
def test_candidates(words: str, word: str, expected: list[str]) -> None:
    assert asked(words, word) == expected


def test_a_value_with_a_comma_is_quoted_there() -> None:
    assert asked("kubectl-ddfargate doctor --check DDF208,DDF101", "DDF208,DDF101")[0].startswith(
        "'DDF208,DDF101'\t"
    )


def test_the_script_asks_by_these_variables(line: Line) -> None:
    assert line("completion", "powershell") == 0
    for name in ("COMP_WORDS", "COMP_WORD", _VARIABLE):
        assert f"$Env:{name} =" in line.out
    assert "Register-ArgumentCompleter -Native -CommandName kubectl-ddfargate" in line.out
