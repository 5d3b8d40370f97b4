"""What needs no cluster, on a terminal of 80 columns, piped, and where only a DOS code page is to be had."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
from collections.abc import Sequence
from pathlib import Path

import pytest

from kubectl_ddfargate.checks import CHECKS
from kubectl_ddfargate.cli.color import terminal_width
from tests.screenshots.terminal import EXECUTABLE, on_terminal

pytestmark = pytest.mark.computes

_ANSI = re.compile(r"\x1b\[[0-9;]*m")
ALL = ",".join(check.id for check in CHECKS)


def shown(*words: str, columns: int = 80) -> list[str]:
    return _ANSI.sub("", on_terminal(words, columns=columns)).splitlines()


def piped(words: Sequence[str], **env: str) -> bytes:
    done = subprocess.run([EXECUTABLE, *words], capture_output=True, check=True, env={**os.environ, **env})
    return done.stdout


@pytest.mark.parametrize("words", [("checks",), ("version", "--client")], ids=" ".join)
def test_a_table_fits_and_says_the_same_as_piped(words: tuple[str, ...]) -> None:
    lines = shown(*words)
    assert [line for line in lines if len(line) > 80] == []
    assert " ".join(lines).split() == piped(words).decode().split()
    assert "\n".join(shown(*words, columns=200)) + "\n" == piped(words).decode()


@pytest.mark.parametrize(
    "words",
    [
        ("render",),
        ("render", "--target", "nothing"),
        ("doctor", "--example", "--prove", "--selector", "app=web", "--logs", "--trace-requests", "x"),
        ("doctor", "--context", "one-that-is-not-there-and-has-a-name-that-is-rather-long-but-not-too-long"),
        ("restart", "deployment/web"),
        ("completion", "install", "--to", "/proc"),
    ],
    ids=" ".join,
)
def test_an_error_breaks_no_word(words: tuple[str, ...]) -> None:
    lines = shown(*words)
    assert lines[0].startswith("error: ")
    assert [line for line in lines if len(line) > 80] == []
    done = subprocess.run(
        [EXECUTABLE, *words],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "KUBECONFIG": os.devnull},
    )
    assert " ".join(lines).split() == done.stderr.split()
    assert done.stderr.count("\n") == 2  # what is wrong, and what is next


@pytest.mark.parametrize(
    "words", [("doctor", "--example", "-o", "wide"), ("checks",), ("version", "--client")], ids=" ".join
)
def test_a_pipe_is_never_wrapped_whatever_columns_say(words: tuple[str, ...]) -> None:
    env = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    with_none, with_few = (
        subprocess.run([EXECUTABLE, *words], capture_output=True, check=False, env={**env, **more}).stdout
        for more in ({}, {"COLUMNS": "40"})
    )
    assert with_none == with_few != b""


def test_columns_that_are_none_leave_the_terminal_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    master, slave = pty.openpty()
    try:
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 77, 0, 0))
        with open(slave, "w", closefd=False, encoding="utf-8") as stream:
            for said, width in (("0", 77), ("", 77), ("wide", 77), ("50", 50)):
                monkeypatch.setenv("COLUMNS", said)
                assert terminal_width(stream) == width
    finally:
        os.close(master)
        os.close(slave)


def test_a_person_can_ask_for_more_of_one_workload() -> None:
    words = ("doctor", "deployment/coredns", "-n", "kube-system", "--example")
    usual, wide = shown(*words), shown(*words, "-o", "wide")
    assert "or by hand, the patch" in "\n".join(wide)
    assert "or by hand, the patch" not in "\n".join(usual)
    assert [line for line in usual if line.startswith("  √")] == [line for line in wide if line.startswith("  √")]


def test_what_make_says_by_itself_fits() -> None:
    root = Path(__file__).parents[2]
    said = subprocess.run(
        ["make", "-C", root, "help"], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    told = re.findall(r"echo \"(.*?)\"", (root / "Makefile").read_text(encoding="utf-8"))
    assert len(told) > 4
    assert [line for line in (*said, *told) if len(line) > 80] == []


def test_a_page_fits_and_breaks_no_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAGER", "cat")
    lines = shown("explain", ALL)
    long = [line.strip() for line in lines if len(line) > 80]
    assert [line for line in long if " " in line and not line.startswith("`kubectl ")] == []
    for check in CHECKS:
        assert any(f"kubectl ddfargate doctor --print-rbac --check {check.id}" in line for line in lines)


@pytest.mark.parametrize(
    "words",
    [("explain", ALL), ("checks",), ("version", "--client")],
    ids=lambda words: words[0],
)
def test_a_code_page_without_our_signs_gets_ascii(words: tuple[str, ...]) -> None:
    assert piped(words, PYTHONIOENCODING="cp437").isascii()


def test_an_error_on_a_code_page_without_our_signs_is_ascii() -> None:
    env = {**os.environ, "PYTHONIOENCODING": "cp437"}
    done = subprocess.run([EXECUTABLE, "render"], capture_output=True, check=False, env=env)
    assert b" .../agent:" in done.stderr
    assert done.stderr.isascii()
    assert b"\\u" not in done.stderr


def test_an_error_fits_its_terminal_though_the_answer_goes_into_a_file(tmp_path: Path) -> None:
    script = f"exec {EXECUTABLE} render >{tmp_path}/answer"
    lines = _ANSI.sub("", on_terminal(("-c", script), columns=60, program=Path("/bin/sh"))).splitlines()
    assert len(lines) > 3
    assert [line for line in lines if len(line) > 60] == []
