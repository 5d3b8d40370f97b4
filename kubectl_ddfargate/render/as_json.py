"""A document as JSON: for a report the contract is `data/report.schema.json`."""

from __future__ import annotations

import msgspec

from kubectl_ddfargate.model.report import Part
from kubectl_ddfargate.render.presentation import Presentation


def render(document: Part, presentation: Presentation) -> str:  # noqa: ARG001
    """One JSON document. Nothing of it depends on the terminal."""
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"
