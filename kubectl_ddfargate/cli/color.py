"""What the output can show: colour, which characters, and how many beside each other."""

from __future__ import annotations

import os
import sys
from typing import TextIO

_USUAL = 100
"""Columns of a terminal that does not say how many it has."""


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


def terminal_width(stream: TextIO | None = None) -> int | None:
    """The columns of the terminal that a stream is, stdout if not told; COLUMNS counts first, where it tells some.

    None where somebody pipes: then nothing is wrapped.
    """
    stream = sys.stdout if stream is None else stream
    if not stream.isatty():
        return None
    said = os.environ.get("COLUMNS", "")
    try:
        typed = int(said) if said.isdecimal() else 0
        columns = typed or os.get_terminal_size(stream.fileno()).columns
    except (OSError, ValueError):  # a terminal of another kind
        columns = 0
    return columns or _USUAL


def on_terminal(text: str, stream: TextIO) -> str:
    """Lines for people as a stream can show them: prose as wide as its terminal, commands whole.

    Signs are put into ASCII where it has no others. Nothing is wrapped in a pipe.
    """
    width = terminal_width(stream)
    if width is not None:
        from kubectl_ddfargate.render.text.layout import Layout

        text = "\n".join(Layout(width).told(text))
    if needs_ascii(stream):
        from kubectl_ddfargate.render.text.marks import Ink

        return Ink(color=False, ascii=True).plain(text)
    return text
