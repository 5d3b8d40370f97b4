"""Label and field selectors, as far as `doctor` uses them. Others are an error."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_SIMPLE = re.compile(r"^(!?)([\w./-]+)(?:=([\w./-]*))?$")


def matches_labels(selector: str, labels: Mapping[str, str]) -> bool:
    """`key`, `!key` and `key=value`, joined by commas. Raises ValueError for anything else."""
    return all(_one(part, labels) for part in selector.split(",") if part)


def _one(part: str, labels: Mapping[str, str]) -> bool:
    found = _SIMPLE.match(part)
    if found is None:
        raise ValueError(f"the canned cluster knows no selector {part!r}")
    absent, key, value = found.groups()
    if absent:
        return key not in labels
    return key in labels if value is None else labels.get(key) == value


def matches_fields(selector: str, manifest: Mapping[str, Any]) -> bool:
    """`path.to.field=value`, joined by commas."""
    for part in filter(None, selector.split(",")):
        path, _, value = part.partition("=")
        found: Any = manifest
        for name in path.split("."):
            found = found.get(name, {}) if isinstance(found, Mapping) else {}
        if (found or "") != value:
            return False
    return True
