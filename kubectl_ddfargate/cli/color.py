"""What the output can show: colour, which characters, and how many beside each other."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TextIO


def wants_color(stream: TextIO, choice: str = "auto") -> bool:
    """`--color` first, then NO_COLOR, then FORCE_COLOR, then whether it is a terminal that knows colours."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "0") != "0":
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def needs_ascii(stream: TextIO) -> bool:
    """Whether the output cannot show the signs of the report."""
    try:
        "√‼×→·–…".encode(stream.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return True
    return False


def terminal_width() -> int | None:
    """The columns of the terminal that stdout is; None where somebody pipes: then nothing is wrapped."""
    return shutil.get_terminal_size((100, 24)).columns if sys.stdout.isatty() else None
