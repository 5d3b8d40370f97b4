"""Switches as kubectl's users write them: `--flag=false`, and the last one wins."""

from __future__ import annotations

from typing import Any

import click
import pytest

from kubectl_ddfargate.cli.kubectl_style import KubectlCommand
from kubectl_ddfargate.cli.switch_options import switch


@click.command(cls=KubectlCommand)
@click.option("--prove/--no-prove", default=None)
@click.option("-y", "--yes", is_flag=True)
@click.option("-o", "--output")
@click.argument("rest", nargs=-1)
def command(**values: Any) -> dict[str, Any]:
    """Gives back what it got."""
    return values


def got(*args: str) -> dict[str, Any]:
    values: dict[str, Any] = command.main(args, standalone_mode=False)
    return values


@pytest.mark.parametrize(
    ("args", "prove"),
    [
        ([], None),
        (["--prove"], True),
        (["--prove=true"], True),
        (["--prove=false"], False),
        (["--no-prove"], False),
        (["--no-prove=true"], False),
        (["--no-prove=false"], True),
        (["--prove", "--prove=false"], False),
        (["--prove=false", "--prove"], True),
        (["--no-prove", "--prove=1"], True),
    ],
)
def test_a_switch_with_two_names(args: list[str], prove: bool | None) -> None:
    assert got(*args)["prove"] is prove


@pytest.mark.parametrize(
    ("args", "yes"),
    [
        (["--yes=true"], True),
        (["-y=t"], True),
        (["--yes=false"], False),
        (["-y", "--yes=false"], False),
        (["--yes", "-y=F"], False),
        (["--yes=false", "-y"], True),
    ],
)
def test_a_switch_with_one_name(args: list[str], yes: bool) -> None:
    assert got(*args)["yes"] is yes


@click.command(cls=KubectlCommand)
@switch("--wait", "wait", help="")
@click.option("--dry-run", type=click.Choice(["none", "client", "server"]), is_flag=False, flag_value="client")
@click.argument("workload", nargs=-1)
def waiting(**values: Any) -> dict[str, Any]:
    """Gives back what it got."""
    return values


@pytest.mark.parametrize(
    ("args", "wait", "dry_run", "workload"),
    [
        (["--wait", "deployment/x"], True, None, ("deployment/x",)),
        (["deployment/x", "--wait"], True, None, ("deployment/x",)),
        (["--wait=false", "deployment/x"], False, None, ("deployment/x",)),
        (["--wait", "false", "deployment/x"], False, None, ("deployment/x",)),
        (["--wait", "--dry-run", "deployment/x"], True, "client", ("deployment/x",)),
        (["--dry-run", "server", "deployment/x"], None, "server", ("deployment/x",)),
        (["--dry-run=server", "--wait"], True, "server", ()),
        (["--", "--wait"], None, None, ("--wait",)),
    ],
)
def test_a_flag_that_may_stand_alone_does_not_take_the_next_word(
    args: list[str], wait: bool | None, dry_run: str | None, workload: tuple[str, ...]
) -> None:
    found: dict[str, Any] = waiting.main(args, standalone_mode=False)
    assert found == {"wait": wait, "dry_run": dry_run, "workload": workload}


def test_neither_true_nor_false() -> None:
    with pytest.raises(click.UsageError, match='--no-prove takes true or false, not "maybe"'):
        got("--no-prove=maybe")


def test_what_is_no_switch_stays() -> None:
    assert got("-o=json", "--", "--prove=false") == {
        "prove": None,
        "yes": False,
        "output": "json",
        "rest": ("--prove=false",),
    }
