"""Values as CEL literals, laid out to be read.

Kubernetes compiles CEL with homogeneous literals: all values of one map or list must be of one type. Where they are
not, each stands in `dyn(…)`, which is of every type.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from kubectl_ddfargate.manifests.quoted_text import quoted

_WIDTH = 100
_INDENT = "  "


def literal(value: Any, depth: int = 0) -> str:
    """A JSON-like value: on one line where it fits, else one entry a line. `depth` is that of its first line."""
    flat = _flat(value)
    if len(flat) + len(_INDENT) * depth <= _WIDTH or not isinstance(value, (Mapping, list, tuple)) or not value:
        return flat
    inside, outside = _INDENT * (depth + 1), _INDENT * depth
    if isinstance(value, Mapping):
        mixed = _is_mixed(value.values())
        entries = [f"{quoted(key)}: {_wrapped(one, depth + 1, mixed=mixed)}" for key, one in value.items()]
        opening, closing = "{", "}"
    else:
        mixed = _is_mixed(value)
        entries = [_wrapped(one, depth + 1, mixed=mixed) for one in value]
        opening, closing = "[", "]"
    lines = f",\n{inside}".join(entries)
    return f"{opening}\n{inside}{lines}\n{outside}{closing}"


def _wrapped(value: Any, depth: int, *, mixed: bool) -> str:
    text = literal(value, depth)
    return f"dyn({text})" if mixed else text


def _flat(value: Any) -> str:
    if isinstance(value, Mapping):
        mixed = _is_mixed(value.values())
        return "{" + ", ".join(f"{quoted(key)}: {_flat_in(one, mixed)}" for key, one in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        mixed = _is_mixed(value)
        return "[" + ", ".join(_flat_in(one, mixed) for one in value) + "]"
    return quoted(value) if isinstance(value, str) else json.dumps(value)


def _flat_in(value: Any, mixed: bool) -> str:
    text = _flat(value)
    return f"dyn({text})" if mixed else text


def _is_mixed(values: Iterable[Any]) -> bool:
    """Whether the types differ. Maps and lists may differ within, so that two of them count as different."""
    kinds = [type(value).__name__ for value in values]
    return len(set(kinds)) > 1 or (len(kinds) > 1 and kinds[0] not in ("str", "bool", "int"))
