"""Draws what was written on a terminal, as an SVG that needs no font from elsewhere."""

from __future__ import annotations

import io
import re

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

_ON_LIGHT = (
    "1f2328 cf222e 116329 955400 0969da 8250df 1b7c83 6e7781",
    "656d76 a40e26 1a7f37 633c01 218bff a475f9 3192aa 8c959f",
)
_ON_DARK = (
    "484f58 ff7b72 3fb950 d29922 58a6ff bc8cff 39c5cf b1bac4",
    "8b949e ffa198 56d364 e3b341 79c0ff d2a8ff 56d4dd ffffff",
)
"""GitHub's own colours, where the pictures are read: normal and bright. A test measures the contrast."""


def _colors(words: str) -> list[tuple[int, int, int]]:
    return [(int(word[:2], 16), int(word[2:4], 16), int(word[4:], 16)) for word in words.split()]


THEMES = {
    "light": TerminalTheme((255, 255, 255), (21, 24, 28), *map(_colors, _ON_LIGHT)),
    "dark": TerminalTheme((13, 17, 23), (230, 237, 243), *map(_colors, _ON_DARK)),
}
_FONTS = re.compile(r"@font-face \{.*?\}\n", re.DOTALL)
_MONO = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"


def drawing(written: str, *, title: str, columns: int, theme: str) -> str:
    """The SVG. A line that is longer than the terminal goes on in the next one, as it does there."""
    console = Console(record=True, width=columns, file=io.StringIO(), force_terminal=True, legacy_windows=False)
    for line in Text.from_ansi(written).split(allow_blank=True):
        pieces = line.divide(range(columns, max(len(line), 1), columns))
        for piece in pieces:
            console.print(piece, no_wrap=True, overflow="ignore", crop=False, highlight=False, soft_wrap=True)
    console.print()  # else the last line is cut off at its foot
    svg = console.export_svg(title=title, theme=THEMES[theme], unique_id="terminal")
    return re.sub(r"[ \t]+$", "", _FONTS.sub("", svg).replace("Fira Code, monospace", _MONO), flags=re.MULTILINE)
