"""From a report to bytes on stdout."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from kubectl_ddfargate.cli.asked import STRUCTURED
from kubectl_ddfargate.cli.color import needs_ascii, terminal_width, wants_color
from kubectl_ddfargate.cli.program import program_name
from kubectl_ddfargate.cli.stdout import write_document, write_text
from kubectl_ddfargate.render.formats import renderer
from kubectl_ddfargate.render.presentation import Presentation

if TYPE_CHECKING:
    from kubectl_ddfargate.model.report import Report


def presentation(*, color: str, show: str, scope: str, connection: str, saved: Path | None = None) -> Presentation:
    """What this terminal can do, and what the user typed that a next command needs."""
    return Presentation(
        program=program_name(),
        connection=connection,
        scope=scope,
        saved=_named(saved),
        color=wants_color(sys.stdout, color),
        ascii=needs_ascii(sys.stdout),
        width=terminal_width(),
        show_all=show == "all",
    )


def print_report(report: Report, output: str, how: Presentation) -> None:
    """Write the report in one format."""
    text = renderer(output)(report, how)
    if output in STRUCTURED:
        write_document(text)
    else:
        write_text(text)


def _named(saved: Path | None) -> str:
    """The flags that name a saved snapshot."""
    if saved is None:
        return ""
    from kubectl_ddfargate.commands.doctor import EXAMPLE

    return "--example" if saved == EXAMPLE else f"--from {shlex.quote(str(saved))}"
