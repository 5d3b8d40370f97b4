"""A text in double quotes, as both CEL and YAML read it."""

from __future__ import annotations

import json
import re

_ODD = re.compile(r"[^ -~]")


def quoted(text: str) -> str:
    """JSON's escapes, which both know, and a number for each sign that cannot be seen."""
    return _ODD.sub(_shown, json.dumps(text, ensure_ascii=False))


def _shown(found: re.Match[str]) -> str:
    sign = found[0]
    if sign.isprintable():
        return sign
    return f"\\u{ord(sign):04x}" if ord(sign) <= 0xFFFF else f"\\U{ord(sign):08x}"
