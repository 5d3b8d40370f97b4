"""Maps and lists as YAML in block form, for texts within objects and for other tools' files.

Small on purpose: maps, lists, texts, numbers and booleans, which is all that manifests hold.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from kubectl_ddfargate.manifests.quoted_text import quoted

# what YAML 1.1 and 1.2 both read as a text: a letter first, and not one of the words below
_PLAIN = re.compile(r"[A-Za-z/][A-Za-z0-9._/-]*")
_WORDS = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})


def block(value: Any, depth: int = 0) -> str:
    """The text, without a line break at its end."""
    return "\n".join(f"{'  ' * depth}{line}" for line in _lines(value))


def _lines(value: Any) -> list[str]:
    lines: list[str] = []
    if isinstance(value, Mapping) and value:
        for key, one in value.items():
            lines += _entry(f"{scalar(str(key))}:", one)
        return lines
    if isinstance(value, (list, tuple)) and value:
        for one in value:
            inner = _lines(one)
            lines += [f"- {inner[0]}", *(f"  {line}" for line in inner[1:])]
        return lines
    return [scalar(value)]


def _entry(head: str, value: Any) -> list[str]:
    if isinstance(value, (Mapping, list, tuple)) and value:
        return [head, *(f"  {line}" for line in _lines(value))]
    return [f"{head} {scalar(value)}"]


def scalar(value: Any) -> str:
    """One value on one line.

    Kyverno takes `{{` and `$(` for its own in a text like this: both are written with a number.
    """
    if not isinstance(value, str):
        return json.dumps(value)
    if _PLAIN.fullmatch(value) and value.lower() not in _WORDS:
        return value
    if "{{" in value or "$(" in value:
        return quoted(value).replace("{", "\\x7b").replace("$(", "\\x24(")
    if value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    return quoted(value)
