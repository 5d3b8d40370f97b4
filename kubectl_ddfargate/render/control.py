"""Takes control characters out of a text: nothing that a cluster says may move the cursor or hide a line."""

from __future__ import annotations

import re

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def without_control(text: str) -> str:
    """The text with `?` for every control character but tab and line feed."""
    return _CONTROL.sub("?", text)
