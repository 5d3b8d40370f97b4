"""Plan → text, one file per format. Each is loaded when it is wanted."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from kubectl_ddfargate.model.plan import Plan
    from kubectl_ddfargate.render.presentation import Presentation


class Renderer(Protocol):
    """A plan as text, with its last newline."""

    def __call__(self, plan: Plan, presentation: Presentation) -> str: ...


FORMATS = {
    "diff": "kubectl_ddfargate.render.plan.as_diff",
    "text": "kubectl_ddfargate.render.plan.text",
    "json": "kubectl_ddfargate.render.as_json",
    "yaml": "kubectl_ddfargate.render.as_yaml",
}


def renderer(name: str) -> Renderer:
    """The renderer of one format. Raises KeyError for a name that is not in the table."""
    return cast(Renderer, import_module(FORMATS[name]).render)
