"""Help: every example is a line that works, every flag stands in one group, and `options` has the common ones."""

from __future__ import annotations

import re
import shlex

import click
import pytest

from kubectl_ddfargate.cli.connection import FLAGS
from kubectl_ddfargate.cli.help_groups import GROUPS, SETTINGS, grouped, long_name
from kubectl_ddfargate.cli.help_pages import PAGES, ROOT_EXAMPLES
from kubectl_ddfargate.cli.main import COMMANDS, SECTIONS, root
from kubectl_ddfargate.commands.settings_table import GIVEN
from tests.cli.conftest import Line
from tests.docs.generate import ROOT

EXAMPLES = [
    found[1]
    for text in (ROOT_EXAMPLES, *(page.examples for page in PAGES.values()))
    for found in re.finditer(r"kubectl ddfargate ([^|)\n]+)", text)
]


@pytest.mark.parametrize("text", EXAMPLES)
def test_an_example_is_understood(text: str) -> None:
    name, *args = shlex.split(text)
    context = click.Context(root, info_name="kubectl ddfargate")
    command = root.get_command(context, name)
    assert command is not None
    command.make_context(name, args, parent=context)


def test_every_command_has_a_page_and_a_section() -> None:
    assert set(PAGES) == set(COMMANDS)
    assert sorted(name for names in SECTIONS.values() for name in names) == sorted(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_flag_is_shown_once(name: str) -> None:
    command = root.get_command(click.Context(root), name)
    assert command is not None
    options = [one for one in command.params if isinstance(one, click.Option) and not one.hidden]
    shown = [one for _, found in grouped(options) for one in found]
    assert sorted(map(long_name, shown)) == sorted(map(long_name, options))
    known = {flag for _, names in GROUPS for flag in names}
    settings = [long_name(one) for title, found in grouped(options) if title == SETTINGS for one in found]
    given = {one.flag for one in GIVEN} | {"--no-kubelet-rights", "--filename"}
    assert set(settings) <= given, "neither a setting nor in a group of help_groups"
    assert {long_name(one) for one in options} <= known | given


def test_every_group_is_of_flags_that_there_are() -> None:
    there = {"--help"}
    for name in COMMANDS:
        command = root.get_command(click.Context(root), name)
        assert command is not None
        there |= {long_name(one) for one in command.params if isinstance(one, click.Option)}
    assert {flag for _, names in GROUPS for flag in names} <= there


def test_options_lists_the_flags_of_a_connection(line: Line) -> None:
    assert line("options") == 0
    assert all(re.search(rf"^  (-. *, )?{flag.name}\b|, {flag.name}\b", line.out, re.MULTILINE) for flag in FLAGS)


@pytest.mark.parametrize("command", ["install", "uninstall", "diff", "render", "version"])
def test_a_flag_that_is_refused_is_not_promised(line: Line, command: str) -> None:
    line(command, "--help")
    assert "--namespace" not in line.out
    assert line(command, "-n", "shop") == 2
    assert "-n cannot narrow this command" in line.err


def test_flags_before_the_command(line: Line) -> None:
    assert line("-n", "shop", "--context=prod", "--insecure-skip-tls-verify", "doctor", "--show", "all") == 0
    flags, options = next(call for call in line.cases.calls if call["how"] == "live")["args"]
    assert (flags.namespace, flags.context, flags.insecure_skip_tls_verify) == ("shop", "prod", True)
    assert options.namespace == "shop"


def test_the_wrong_order_is_explained_where_people_look(line: Line) -> None:
    line("--help")
    assert "refuses them: kubectl -n shop ddfargate doctor" in line.out
    assert all(len(row) <= 80 for row in line.out.splitlines())
    line("options", "--help")
    assert "kubectl -n shop ddfargate doctor" in line.out


def test_the_page_of_the_docs_has_a_section_for_each() -> None:
    page = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    for name in COMMANDS:
        assert f"\n## {name}\n" in page
