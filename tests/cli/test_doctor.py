"""`doctor` on the command line: what the use case is asked, and what is printed of its answer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from kubectl_ddfargate.errors import ExitCode
from kubectl_ddfargate.model.connection import ConnectionFlags
from kubectl_ddfargate.render.formats import FORMATS
from tests.cli.conftest import Line
from tests.render import reports


def asked(line: Line, *args: str) -> tuple[ConnectionFlags, Any]:
    """The connection and the options that a command line comes to."""
    line("doctor", *args)
    call = next(call for call in line.cases.calls if call["how"] == "live")
    flags, options = call["args"]
    return flags, options


def test_every_connection_flag_reaches_the_use_case(line: Line) -> None:
    words = {
        "kubeconfig": "k", "context": "c", "cluster": "cl", "user": "u", "namespace": "n", "server": "s",
        "token": "t", "username": "un", "password": "p", "certificate_authority": "ca",
        "client_certificate": "cc", "client_key": "ck", "tls_server_name": "sn", "as_uid": "1",
        "request_timeout": "5s", "cache_dir": "cd", "kuberc": "kr",
    }  # fmt: skip
    args = [word for name, value in words.items() for word in (f"--{name.replace('_', '-')}", value)]
    args += ["--as", "me", "--as-group", "a", "--as-group", "b", "--as-user-extra", "x=1"]
    args += ["--insecure-skip-tls-verify", "--disable-compression", "--match-server-version"]
    flags, _ = asked(line, *args)
    assert flags == ConnectionFlags(
        **words, as_="me", as_group=("a", "b"), as_user_extra=("x=1",),
        insecure_skip_tls_verify=True, disable_compression=True, match_server_version=True,
    )  # fmt: skip


def test_no_flag_is_no_flag(line: Line) -> None:
    flags, options = asked(line)
    assert flags == ConnectionFlags()
    assert (options.namespace, options.selector, options.prove) == (None, None, None)


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (["--insecure-skip-tls-verify=true"], True),
        (["--insecure-skip-tls-verify=false"], False),
        (["--insecure-skip-tls-verify", "--insecure-skip-tls-verify=false"], False),
        (["--insecure-skip-tls-verify=false", "--insecure-skip-tls-verify=T"], True),
    ],
)
def test_a_switch_takes_a_value_as_in_kubectl(line: Line, args: list[str], expected: bool) -> None:
    flags, _ = asked(line, *args)
    assert flags.insecure_skip_tls_verify is expected


def test_the_last_flag_wins(line: Line) -> None:
    flags, _ = asked(line, "--context", "a", "--context=b", "-n", "x", "-n=y")
    assert (flags.context, flags.namespace) == ("b", "y")


@pytest.mark.parametrize(
    ("args", "namespace"),
    [([], None), (["-n", "shop"], "shop"), (["-nshop"], "shop"), (["-n", "shop", "-A"], None)],
)
def test_scope(line: Line, args: list[str], namespace: str | None) -> None:
    _, options = asked(line, *args, "-l", "app=web", "--no-prove", "--service-cidr", "10.0.0.0/16")
    assert options.namespace == namespace
    assert (options.selector, options.prove, options.service_cidr) == ("app=web", False, "10.0.0.0/16")


@pytest.mark.parametrize("output", FORMATS)
@pytest.mark.parametrize("code", [ExitCode.GOOD, ExitCode.BAD, ExitCode.NO_ANSWER, ExitCode.PARTIAL])
def test_the_exit_code_is_the_same_for_every_format(line: Line, output: str, code: ExitCode) -> None:
    line.cases.code = code
    assert line("doctor", "-o", output) == code
    assert ("error: the pods could not be read" in line.err) is (code == ExitCode.NO_ANSWER)


def test_fail_on_and_allow_unknown_reach_the_verdict(line: Line) -> None:
    line("doctor", "--fail-on", "warning", "--allow-unknown")
    assert line.cases.calls[-1] == {"how": "verdict", "fail_on": "warning", "allow_unknown": True}


@pytest.mark.parametrize("spelled", [["-o", "json"], ["-ojson"], ["-o=json"], ["--output=json"]])
def test_json(line: Line, spelled: list[str]) -> None:
    line("doctor", *spelled)
    assert json.loads(line.out)["kind"] == "Report"


def test_yaml_is_the_same_document(line: Line) -> None:
    line("doctor", "-o", "json")
    document = json.loads(line.out)
    line("doctor", "-o", "yaml")
    assert yaml.safe_load(line.out) == document


def test_a_next_command_carries_what_was_typed_and_no_credential(line: Line) -> None:
    line.cases.answer = lambda **_: reports.unreadable()
    line("doctor", "--kubeconfig", "my config", "--token", "s3cret", "-n", "shop", "--as-group", "a")
    assert line.out.splitlines()[-1].strip() == (
        "kubectl ddfargate doctor -n shop --kubeconfig 'my config' --context prod-eu "
        '--token "${TOKEN:?}" --as-group a'
    )
    assert "s3cret" not in line.out


@pytest.mark.parametrize("args", [["doctor"], ["snapshot", "-o", "f"]])
def test_the_commands_of_a_report_are_told_the_connection(line: Line, args: list[str]) -> None:
    line(*args, "--context", "a b", "--insecure-skip-tls-verify", "--password", "s3cret", "-n", "shop")
    asked = line.cases.calls[0]["args"][1].kubectl_flags
    assert asked == "--context 'a b' --password \"${PASSWORD:?}\" --insecure-skip-tls-verify"


def test_a_file_is_diagnosed_without_a_cluster(line: Line, tmp_path: Path) -> None:
    line("doctor", "--from", str(tmp_path / "a.gz"), "--service-cidr", "172.20.0.0/16")
    call = line.cases.calls[0]
    assert call["how"] == "file"
    assert call["args"][0] == tmp_path / "a.gz"
    assert call["args"][1].service_cidr == "172.20.0.0/16"


@pytest.mark.parametrize("flags", [("-n", "shop"), ("-l", "app=web"), ("--prove",), ("--context", "prod-eu")])
def test_what_says_how_to_read_a_cluster_does_not_go_with_a_file(line: Line, flags: tuple[str, ...]) -> None:
    assert line("doctor", "--from", "a.gz", *flags) == 2
    assert line.cases.calls == []


def test_the_example(line: Line) -> None:
    line("doctor", "--example")
    assert line.cases.calls[0]["args"][0] == Path("example")
    assert "next:" not in line.out


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--from", "f", "--context", "c"], "--from asks no cluster, so --context cannot be used with it"),
        (["--example", "--trace-requests", "f"], "--example asks no cluster, so --trace-requests"),
        (["--from", "f", "--example"], "exclude each other"),
        (["-o", "xml"], "'xml' is not one of"),
        (["--contxt", "c"], 'unknown flag "--contxt"; did you mean "--context"?'),
        (["--disable-compression=maybe"], "takes true or false"),
    ],
)
def test_usage_errors(line: Line, args: list[str], message: str) -> None:
    assert line("doctor", *args) == ExitCode.NO_ANSWER
    assert message.lower() in line.err.lower()
    assert "  next: kubectl ddfargate" in line.err
    assert line.out == ""


@pytest.mark.parametrize("words", [["web"], ["web", "-n", "shop"]])
def test_a_workload_is_named_as_kubectl_does(words: list[str], line: Line) -> None:
    assert line("doctor", *words) == ExitCode.NO_ANSWER
    assert "  next: " in line.err
    assert "-n " in line.err
    assert line.out == ""


def test_colour_by_flag_and_by_environment(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    line("doctor")
    assert "\x1b[" not in line.out
    line("doctor", "--color", "always")
    assert "\x1b[" in line.out
    monkeypatch.setenv("FORCE_COLOR", "1")
    line("doctor")
    assert "\x1b[" in line.out
    monkeypatch.setenv("NO_COLOR", "1")
    line("doctor")
    assert "\x1b[" not in line.out


def test_progress_is_silent_where_nobody_watches_and_warnings_come_once(line: Line) -> None:
    def answer(*, progress: Any, warn: Any, **_: Any) -> Any:
        progress("reading pods")
        warn("v1 Endpoints is deprecated")
        warn("v1 Endpoints is deprecated")
        return reports.healthy()

    line.cases.answer = answer
    line("doctor")
    assert line.err == "Warning: v1 Endpoints is deprecated\n"
