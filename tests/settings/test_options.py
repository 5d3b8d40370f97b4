"""The same settings by the command line's options, and how a command writes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest

from kubectl_ddfargate.cli.connection import connection_flags
from kubectl_ddfargate.cli.install_options import install_settings, write_options
from kubectl_ddfargate.cli.kubectl_style import KubectlCommand
from kubectl_ddfargate.cli.write_flags import FLAGS
from kubectl_ddfargate.commands.settings_table import GIVEN, Form
from kubectl_ddfargate.commands.write_options import WriteOptions
from kubectl_ddfargate.errors import UsageError
from kubectl_ddfargate.model.settings import Given
from tests.cluster.canary import API_KEY, found_in
from tests.settings.conftest import at
from tests.settings.rows import ROWS, Row


@click.command(cls=KubectlCommand)
@install_settings
@write_options
@connection_flags
def both(**values: Any) -> dict[str, Any]:
    """All options."""
    return values


@click.command(cls=KubectlCommand)
@install_settings(leave_out=("--target", "--selector", "--kubelet-rights"))
@write_options(leave_out=("--yes", "--wait", "--timeout"))
def fewer(**values: Any) -> dict[str, Any]:
    """Some."""
    return values


def ran(*args: str, command: click.Command = both) -> dict[str, Any]:
    """What a command gets for these arguments."""
    found: dict[str, Any] = command.main(args, standalone_mode=False)
    return found


def given(*args: str) -> Given:
    """The settings of these arguments."""
    found = ran(*args)["given"]
    assert isinstance(found, Given)
    return found


def options(*args: str) -> WriteOptions:
    """How these arguments write."""
    found = ran(*args)["options"]
    assert isinstance(found, WriteOptions)
    return found


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    """None of the developer's own."""
    for setting in GIVEN:
        monkeypatch.delenv(setting.variable, raising=False)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.flag)
def test_each_flag_of_the_table(row: Row) -> None:
    value, expected = row.by_flag
    args = [f"--no-{row.flag[2:]}" if row.source else row.flag] if isinstance(value, bool) else []
    for text in value if isinstance(value, tuple) else [] if args else [value]:
        args += [row.flag, str(text)]
    found = given(*args)
    assert {one: at(found, one) for one in expected} == expected


def test_no_options_are_no_settings() -> None:
    assert ran()["given"] == Given()
    assert ran()["options"] == WriteOptions()


def test_file_variable_and_flag_together(file: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    path = file("site: datadoghq.eu\nclusterName: by-file\ninjector: kyverno")
    monkeypatch.setenv("DDFARGATE_CLUSTER_NAME", "by-variable")
    monkeypatch.setenv("DDFARGATE_SITE", "datadoghq.com")
    found = given("-f", str(path), "--site=ddog-gov.com")
    assert (found.settings.site, found.settings.cluster_name, found.settings.injector) == (
        "ddog-gov.com", "by-variable", "kyverno",
    )  # fmt: skip
    assert found.sources == {"site": "--site", "clusterName": "DDFARGATE_CLUSTER_NAME", "injector": str(path)}


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ([], None),
        (["--kubelet-rights"], True),
        (["--kubelet-rights=true"], True),
        (["--kubelet-rights=false"], False),
        (["--no-kubelet-rights"], False),
    ],
)
def test_a_switch_is_on_or_off_or_not_given(args: list[str], expected: bool | None) -> None:
    assert given(*args).settings.kubelet_rights is expected


def test_a_flag_takes_back_what_the_file_says(file: Callable[[str], Path]) -> None:
    path = file("agent: {readOnlyRoot: true}\nkubeletRights: true")
    settings = given("-f", str(path), "--read-only-root=false", "--no-kubelet-rights").settings
    assert (settings.agent.read_only_root, settings.kubelet_rights) == (False, False)


@pytest.mark.parametrize("name", ["wait", "kubelet-rights"])
def test_a_switch_that_is_on_and_off(name: str) -> None:
    with pytest.raises(click.UsageError, match=f"--{name} and --no-{name} exclude each other"):
        ran(f"--{name}", f"--no-{name}")


@pytest.mark.parametrize(
    ("args", "field", "expected"),
    [
        (["-y"], "yes", True),
        (["--yes=false"], "yes", False),
        (["--dry-run"], "dry_run", "client"),
        (["--dry-run=server"], "dry_run", "server"),
        (["--dry-run", "none"], "dry_run", "none"),
        (["--wait"], "wait", True),
        (["--wait=false"], "wait", False),
        (["--no-wait"], "wait", False),
        (["--timeout=90"], "timeout", 90.0),
        (["--timeout", "1h1m1s"], "timeout", 3661.0),
        (["--force-conflicts"], "force_conflicts", True),
        (["--replace-existing"], "replace_existing", True),
        (["--fix-kyverno-exclusions"], "fix_kyverno_exclusions", True),
        (["--restart"], "restart", True),
    ],
)
def test_each_way_of_writing(args: list[str], field: str, expected: object) -> None:
    found = options(*args)
    assert getattr(found, field) == expected
    others = {name: getattr(WriteOptions(), name) for name in WriteOptions.__struct_fields__ if name != field}
    assert {name: getattr(found, name) for name in others} == others


@pytest.mark.parametrize(
    ("text", "message"), [("0", "leaves no time"), ("soon", '--timeout: "soon" is not a timeout')]
)
def test_a_timeout_that_is_none(text: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        ran("--timeout", text)
    assert message in caught.value.message


def test_what_is_left_out_is_no_option_and_has_its_default() -> None:
    names = {name for param in fewer.params for name in (*param.opts, *param.secondary_opts)}
    left_out = {"--target", "--selector", "-l", "--kubelet-rights", "--no-kubelet-rights", "--yes", "--wait"}
    assert not names & {*left_out, "--no-wait", "--timeout"}
    found = ran("--site=datadoghq.eu", "--restart", command=fewer)
    assert found["options"] == WriteOptions(restart=True)
    assert found["given"].settings.site == "datadoghq.eu"


def test_a_flag_to_leave_out_must_exist() -> None:
    with pytest.raises(AssertionError):
        install_settings(leave_out=("--targets",))
    with pytest.raises(AssertionError):
        write_options(leave_out=("--no-wait",))


def test_the_help_lists_every_flag_before_the_connection() -> None:
    own, _, connection = both.get_help(click.Context(both)).partition("Connection:")
    for name in ("--filename", *FLAGS, *(setting.flag for setting in GIVEN)):
        assert f"{name} " in own.replace("\n", " \n")
        assert f"{name} " not in connection


def test_the_fields_of_the_flags_are_those_of_the_record() -> None:
    assert {name[2:].replace("-", "_") for name in FLAGS} | {"typed"} == set(WriteOptions.__struct_fields__)


def test_a_word_that_is_none_of_the_choices_is_told_as_of_a_file() -> None:
    with pytest.raises(UsageError) as caught:
        ran("--secrets=externl")
    assert caught.value.message == '--secrets: "externl" is not copy or external or none; did you mean "external"?'
    with pytest.raises(UsageError) as caught:
        ran(f"--injector={API_KEY}")
    assert found_in(caught.value.message.encode()) == []


def test_choices_are_completed() -> None:
    for setting in GIVEN:
        if setting.form is Form.CHOICE:
            option = next(param for param in both.params if setting.flag in param.opts)
            assert isinstance(option.type, click.Choice)
            assert tuple(option.type.choices) == setting.choices
