"""Plan → text, one file per format."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kubectl_ddfargate.model.plan import Plan
from kubectl_ddfargate.render import as_json, as_yaml
from kubectl_ddfargate.render.plan import as_diff, text
from kubectl_ddfargate.render.plan.as_diff import beside_a_diff
from kubectl_ddfargate.render.presentation import Presentation

__all__ = ["FORMATS", "beside_a_diff"]

FORMATS: Mapping[str, Callable[[Plan, Presentation], str]] = {
    "diff": as_diff.render,
    "text": text.render,
    "json": as_json.render,
    "yaml": as_yaml.render,
}
