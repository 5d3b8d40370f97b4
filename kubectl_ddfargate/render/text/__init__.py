"""The report for people, in the manner of `linkerd check`."""

from __future__ import annotations

from kubectl_ddfargate.model.report import Report
from kubectl_ddfargate.render.presentation import Presentation
from kubectl_ddfargate.render.text.document import document


def render(report: Report, presentation: Presentation) -> str:
    """What needs a look, and one line for each topic where all is well."""
    return document(report, presentation, wide=False)


def render_wide(report: Report, presentation: Presentation) -> str:
    """The same with all evidence and more columns."""
    return document(report, presentation, wide=True)
