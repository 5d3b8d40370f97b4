"""What starts quickly must stay quick: help, version and completion load no library but click."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from kubectl_ddfargate.cli.kubectl_complete import candidates
from kubectl_ddfargate.cli.main import COMMANDS
from kubectl_ddfargate.cli.program import program_name
from tests.cli.conftest import Line

pytestmark = pytest.mark.computes

_SLOW = ("kubernetes", "urllib3", "msgspec", "yaml", "tabulate")
_PROGRAM = f"""
import sys
import kubectl_ddfargate.__main__
from kubectl_ddfargate.cli.run import run
sys.argv[0] = "kubectl-ddfargate"
try:
    sys.exit(run())
finally:
    print([name for name in {_SLOW!r} if name in sys.modules], file=sys.stderr)
"""


def started(*args: str, **env: str) -> subprocess.CompletedProcess[str]:
    """One start in a process of its own; the last line of stderr lists the slow libraries that were loaded."""
    return subprocess.run(
        [sys.executable, "-c", _PROGRAM, *args],
        capture_output=True, text=True, check=False, env={**os.environ, **env},
    )  # fmt: skip


@pytest.mark.parametrize(
    "args",
    [[], ["--help"], ["--version"], ["completion", "bash"], *([name, "--help"] for name in COMMANDS)],
)
def test_help_version_and_completion_load_nothing_slow(args: list[str]) -> None:
    done = started(*args)
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("kubectl-ddfargate ", "doctor"),
        ("kubectl-ddfargate doctor -o ", "wide"),
        ("kubectl-ddfargate doctor --as", "--as-group"),
    ],
)
def test_completing_loads_nothing_slow(words: str, expected: str) -> None:
    count = len(words.split()) if words.endswith(" ") else len(words.split()) - 1
    done = started(_KUBECTL_DDFARGATE_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD=str(count))
    assert f"plain,{expected}" in done.stdout.splitlines()
    assert done.stderr.splitlines()[-1] == "[]"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts(line: Line, shell: str) -> None:
    assert line("completion", shell) == 0
    assert f"_KUBECTL_DDFARGATE_COMPLETE={shell}_complete" in line.out


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["do"], "doctor\tDiagnose the cluster. Changes nothing.\n:4\n"),
        (["doctor", "-o", "y"], "yaml\n:4\n"),
        (["doctor", "--from", ""], ":0\n"),
    ],
)
def test_kubectls_own_completion(words: list[str], expected: str) -> None:
    assert candidates(words) == expected


def test_check_ids_are_completed() -> None:
    assert "DDF101\t" in candidates(["explain", "DDF1"])
    assert "DDF208,DDF101\t" in candidates(["doctor", "--check", "DDF208,DDF1"])


@pytest.mark.parametrize(
    ("argv0", "name"),
    [
        ("/usr/local/bin/kubectl-ddfargate", "kubectl ddfargate"),
        ("/x/kubectl_ddfargate/__main__.py", "python -m kubectl_ddfargate"),
    ],
)
def test_usage_can_be_typed_as_it_stands(argv0: str, name: str) -> None:
    assert program_name(argv0) == name


def test_the_short_help_of_the_table_is_that_of_no_other_command() -> None:
    assert len({entry.help for entry in COMMANDS.values()}) == len(COMMANDS)
