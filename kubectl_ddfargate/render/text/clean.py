"""A report whose texts can be printed on a terminal."""

from __future__ import annotations

import msgspec

from kubectl_ddfargate.model.report import Report
from kubectl_ddfargate.render.control import without_control


def clean(report: Report) -> Report:
    """The report without control characters, wherever in it they stand."""
    return msgspec.convert(_cleaned(msgspec.to_builtins(report)), Report)


def _cleaned(node: object) -> object:
    if isinstance(node, str):
        return without_control(node)
    if isinstance(node, dict):
        return {key: _cleaned(value) for key, value in node.items()}
    if isinstance(node, (list, tuple)):
        return [_cleaned(value) for value in node]
    return node
