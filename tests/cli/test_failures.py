"""Every failure: one clear line, the next step, the right exit code, and a document where one was asked for."""

from __future__ import annotations

import json
import threading
from typing import Any

import jsonschema
import pytest
import yaml

from kubectl_ddfargate.errors import ExitCode, ForbiddenError, KubeconfigError
from tests.cli.conftest import Line
from tests.trace.running import schema

SCHEMA = schema("error")


def failing(error: BaseException) -> Any:
    """An answer that is an error."""

    def answer(**_: Any) -> Any:
        raise error

    return answer


def test_our_own_error(line: Line) -> None:
    line.cases.answer = failing(
        KubeconfigError('context "prod" does not exist', hint="kubectl config get-contexts")
    )
    assert line("doctor") == ExitCode.NO_ANSWER
    assert line.err == 'error: context "prod" does not exist\n  next: kubectl config get-contexts\n'
    assert line.out == ""


@pytest.mark.parametrize(("output", "load"), [("json", json.loads), ("yaml", yaml.safe_load)])
def test_a_failure_is_a_document_too(line: Line, output: str, load: Any) -> None:
    line.cases.answer = failing(ForbiddenError("pods cannot be listed", status=403, hint="ask"))
    assert line("doctor", "-o", output) == ExitCode.NO_ANSWER
    jsonschema.validate(load(line.out), SCHEMA)
    assert load(line.out) == {
        "apiVersion": "ddfargate/v1alpha1",
        "kind": "Error",
        "message": "pods cannot be listed",
        "hint": "ask",
        "exitCode": 2,
    }


@pytest.mark.parametrize("args", [["doctor", "-ojson", "--nonsense"], ["doctr", "-o", "json"]])
def test_a_usage_error_is_a_document_too(line: Line, args: list[str]) -> None:
    assert line(*args) == ExitCode.NO_ANSWER
    jsonschema.validate(json.loads(line.out), SCHEMA)


def test_interrupted(line: Line) -> None:
    line.cases.answer = failing(KeyboardInterrupt())
    assert line("doctor") == ExitCode.INTERRUPTED
    assert line.err.strip() == ""


def test_interrupted_while_a_thread_waits_for_others(line: Line) -> None:
    """What `threading.Condition` makes of a Ctrl-C at the wrong moment."""

    def answer(**_: Any) -> Any:
        lock = threading.Lock()
        with lock:
            lock.release()
            raise KeyboardInterrupt

    line.cases.answer = answer
    assert line("doctor") == ExitCode.INTERRUPTED
    assert line.err.strip() == ""


def test_an_unexpected_error_shows_neither_text_nor_traceback(line: Line) -> None:
    line.cases.answer = failing(RuntimeError("token s3cret"))
    assert line("doctor") == ExitCode.NO_ANSWER
    assert line.err.startswith("error: internal error: RuntimeError in answer")
    assert "-v 8" in line.err
    assert "s3cret" not in line.err
    assert "Traceback" not in line.err
    assert "File" not in line.err


def test_verbose_shows_where_it_came_from_but_no_text(line: Line) -> None:
    line.cases.answer = failing(RuntimeError("token s3cret"))
    line("doctor", "-v", "8")
    assert "builtins.RuntimeError" in line.err
    assert 'File "' in line.err
    assert "s3cret" not in line.err


def test_control_characters_of_a_server_do_not_reach_the_terminal(line: Line) -> None:
    line.cases.answer = failing(KubeconfigError("a\x1b[2Jb"))
    line("doctor")
    assert line.err == "error: a?[2Jb\n"


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["doctr"], 'unknown command "doctr"; did you mean "doctor"?'),
        (["frobnicate"], 'unknown command "frobnicate"'),
        (["frobnicate", "--help"], 'unknown command "frobnicate"\n'),
        (["unist"], 'unknown command "unist"\n'),
        (["apply"], 'unknown command "apply"; did you mean "install"?'),
        (["explain", "DDF109"], 'unknown check "DDF109"; those of DDF1nn are DDF101 to DDF1'),
        (["explain", "DDF999"], 'unknown check "DDF999"\n  next: list them: kubectl ddfargate checks'),
        (["explain", "DFD101"], 'unknown check "DFD101"; did you mean "DDF101"?'),
        (["explain", "DDF011"], 'unknown check "DDF011"; did you mean "DDF101"?'),
        (["doctor", "--contxt", "c"], 'unknown flag "--contxt"; did you mean "--context"?'),
        (["doctor", "--colour", "never"], 'unknown flag "--colour"; did you mean "--color"?'),
        (["doctor", "--xyz"], 'unknown flag "--xyz"\n'),
        (["-n", "shop", "docter"], 'unknown command "docter"; did you mean "doctor"?'),
        (["-n", "shop"], "-n: which command? For example: doctor -n shop"),
        (["doctor", "--check", "DDF101,DDF999x"], 'unknown check "DDF999x"'),
        (["snapshot"], "missing option '-o'"),
    ],
)
def test_did_you_mean(line: Line, args: list[str], message: str) -> None:
    assert line(*args) == ExitCode.NO_ANSWER
    assert line.err.startswith(f"error: {message}")
