"""The output formats of a report. A new one is one module with a `render`, and one line here."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from kubectl_ddfargate.render.presentation import Presentation

if TYPE_CHECKING:
    from kubectl_ddfargate.model.report import Report


class Renderer(Protocol):
    """A report as text, with its last newline."""

    def __call__(self, report: Report, presentation: Presentation) -> str: ...


FORMATS = {
    "text": "kubectl_ddfargate.render.text:render",
    "wide": "kubectl_ddfargate.render.text:render_wide",
    "json": "kubectl_ddfargate.render.as_json:render",
    "yaml": "kubectl_ddfargate.render.as_yaml:render",
    "name": "kubectl_ddfargate.render.as_name:render",
}
"""Names only: a module is loaded when its format is wanted, so that `--help` and completion stay quick."""


def renderer(name: str) -> Renderer:
    """The renderer of one format. Raises KeyError for a name that is not in the table."""
    module, _, attribute = FORMATS[name].partition(":")
    return cast(Renderer, getattr(import_module(module), attribute))
