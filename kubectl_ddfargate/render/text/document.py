"""Puts the parts of the text report together."""

from __future__ import annotations

from kubectl_ddfargate.model.report import Report
from kubectl_ddfargate.render.presentation import Presentation
from kubectl_ddfargate.render.text.clean import clean
from kubectl_ddfargate.render.text.header import header
from kubectl_ddfargate.render.text.layout import Layout
from kubectl_ddfargate.render.text.marks import Ink
from kubectl_ddfargate.render.text.summary import counts, next_steps, unread
from kubectl_ddfargate.render.text.table import table
from kubectl_ddfargate.render.text.topics import topics


def document(report: Report, presentation: Presentation, *, wide: bool) -> str:
    """The whole text, with its last newline."""
    ink = Ink(color=presentation.color, ascii=presentation.ascii)
    layout = Layout(presentation.width)
    report = clean(report)
    parts = [
        list(header(report, ink, layout)),
        list(topics(report, presentation, ink, layout, wide=wide)),
        list(unread(report, presentation, layout)),
        table(report, layout, ink, wide=wide),
        [
            *counts(report, ink, layout.width),
            *next_steps(report, presentation, layout, whole=wide or presentation.show_all),
        ],
    ]
    lines = "\n\n".join("\n".join(part) for part in parts if part)
    return ink.plain(lines) + "\n"
