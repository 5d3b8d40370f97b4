"""The report as JSON: the contract for scripts (`data/report.schema.json`)."""

from __future__ import annotations

import msgspec

from kubectl_ddfargate.model.report import Report
from kubectl_ddfargate.render.presentation import Presentation


def render(report: Report, presentation: Presentation) -> str:  # noqa: ARG001
    """One JSON document. Nothing of it depends on the terminal."""
    return msgspec.json.format(msgspec.json.encode(report), indent=2).decode() + "\n"
