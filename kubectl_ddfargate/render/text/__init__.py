"""The report for people, in the manner of `linkerd check`.

What lays it out is loaded when a report is wanted: other texts take single parts of this package.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kubectl_ddfargate.model.report import Report
    from kubectl_ddfargate.render.presentation import Presentation


def render(report: Report, presentation: Presentation) -> str:
    """What needs a look, and one line for each topic where all is well."""
    from kubectl_ddfargate.render.text.document import document

    return document(report, presentation, wide=False)


def render_wide(report: Report, presentation: Presentation) -> str:
    """The same with all evidence and more columns."""
    from kubectl_ddfargate.render.text.document import document

    return document(report, presentation, wide=True)
