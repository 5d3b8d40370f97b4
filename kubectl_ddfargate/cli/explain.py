"""`explain`: the page of one check, offline."""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING

import click

from kubectl_ddfargate.cli.check_ids import CheckIds
from kubectl_ddfargate.cli.kubectl_style import KubectlCommand

if TYPE_CHECKING:
    from kubectl_ddfargate.checks import Check

_HEADING = re.compile(r"^[A-Z][a-z]+:(?=\s|$)", re.MULTILINE)
_CONTINUED = re.compile(r"\n +(?![-*] )")
_INDENT = "  "
_WIDEST = 100
"""Longer lines are hard to read."""


@click.command("explain", cls=KubectlCommand)
@click.argument("ids", type=CheckIds(), metavar="DDFnnn")
def explain(*, ids: tuple[str, ...]) -> None:
    """Explain a check: what is seen, why it happens, how it is verified, what cures it."""
    from kubectl_ddfargate.checks import CHECKS
    from kubectl_ddfargate.cli.color import needs_ascii, terminal_width, wants_color
    from kubectl_ddfargate.cli.stdout import write_text
    from kubectl_ddfargate.render.text.marks import Ink

    width = min(terminal_width() or _WIDEST, _WIDEST)
    text = "\n\n".join(_page(check, width) for check in CHECKS if check.id in ids) + "\n"
    text = Ink(color=False, ascii=needs_ascii(sys.stdout)).plain(text)
    if wants_color(sys.stdout):
        text = _HEADING.sub(lambda match: click.style(match.group(0), bold=True), text)
    if sys.stdout.isatty():
        # leave a page that fits on the screen, as git does
        os.environ.setdefault("LESS", "FRX")
        click.echo_via_pager(text, color=wants_color(sys.stdout))
    else:
        write_text(text)


def _page(check: Check, width: int) -> str:
    """The page of a check, with what the registry says of it on top."""
    return f"{check.id}  {check.title}\n{facts_of(check)}\n\n{_flowed(page_of(check), width)}"


def facts_of(check: Check) -> str:
    """`error · Route to the cluster agent · since 0.1.0`. The page in docs/checks/ has it too."""
    from kubectl_ddfargate.render.text.topics import TITLES

    return f"{check.severity.value} · {TITLES[check.category]} · since {check.since}"


def page_of(check: Check) -> str:
    """The check's own text, and the rights that it rests on. The page in docs/checks/ is made from it too."""
    from kubectl_ddfargate.commands.read_rights import read_rights, told
    from kubectl_ddfargate.model.report import Category

    logs = check.category is Category.RUNTIME
    rights = "; ".join(told(read_rights([check], logs=logs)))
    command = f"kubectl ddfargate doctor --print-rbac --check {check.id}{' --logs' if logs else ''}"
    return f"{check.page.rstrip()}\nRights: {rights}.\n    As a ClusterRole: `{command}`\n"


def _flowed(page: str, width: int) -> str:
    """The page with each heading on a line of its own, and its text under it as wide as the terminal."""
    from kubectl_ddfargate.render.text.layout import Layout

    layout = Layout(width)
    parts: list[str] = []
    for line in _CONTINUED.sub(" ", page).splitlines():
        heading = _HEADING.match(line)
        if heading:
            parts += ["", heading.group(0)]
        indent = _INDENT if len(parts) > 1 else ""
        text = line[heading.end() :].strip() if heading else line.strip()
        parts += layout.prose(text, len(indent)) if text else ()
    return "\n".join(parts)
