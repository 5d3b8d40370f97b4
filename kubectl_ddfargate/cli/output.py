"""From a report to bytes on stdout."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from kubectl_ddfargate.cli.asked import STRUCTURED
from kubectl_ddfargate.cli.color import needs_ascii, terminal_width, wants_color
from kubectl_ddfargate.cli.program import program_name
from kubectl_ddfargate.cli.stdout import write_document, write_text
from kubectl_ddfargate.render.formats import renderer
from kubectl_ddfargate.render.presentation import Presentation

if TYPE_CHECKING:
    from kubectl_ddfargate.model.report import Report


def presentation(*, color: str, show: str, scope: str, connection: str, live: bool) -> Presentation:
    """What this terminal can do, and what the user typed that a next command needs."""
    return Presentation(
        program=program_name(),
        connection=connection,
        scope=scope,
        live=live,
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
