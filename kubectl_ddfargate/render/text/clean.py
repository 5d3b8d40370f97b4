"""A document whose texts can be printed on a terminal."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from kubectl_ddfargate.model.report import Part
from kubectl_ddfargate.render.control import without_control

D = TypeVar("D", bound=Part)


def clean(document: D) -> D:
    """The document without control characters, wherever in it they stand."""
    return msgspec.convert(_cleaned(msgspec.to_builtins(document)), type(document))


def _cleaned(node: object) -> object:
    if isinstance(node, str):
        return without_control(node)
    if isinstance(node, dict):
        return {key: _cleaned(value) for key, value in node.items()}
    if isinstance(node, (list, tuple)):
        return [_cleaned(value) for value in node]
    return node
