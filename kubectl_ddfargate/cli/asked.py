"""What must be known of a command line before it is parsed, for errors may come first."""

from __future__ import annotations

import re
from collections.abc import Sequence

STRUCTURED = ("json", "yaml")
TRACEBACK_LEVEL = 8


def asked_format(args: Sequence[str]) -> str | None:
    """`json` or `yaml` where the answer must be such a document even on failure."""
    if args and args[0] == "snapshot":  # there -o is a file
        return None
    value = _last_value(args, "-o", "--output")
    return value if value in STRUCTURED else None


def asked_traceback(args: Sequence[str]) -> bool:
    """Whether `-v 8` or more was given."""
    value = _last_value(args, "-v", "--v")
    return value is not None and value.isdecimal() and int(value) >= TRACEBACK_LEVEL


def _last_value(args: Sequence[str], short: str, long: str) -> str | None:
    value = None
    for number, argument in enumerate(args):
        if argument == "--":
            break
        if argument in (short, long):
            value = args[number + 1] if number + 1 < len(args) else None
        elif match := re.fullmatch(rf"(?:{short}=?|{long}=)(.+)", argument):
            value = match[1]
    return value
