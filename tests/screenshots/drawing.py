"""Draws what was written on a terminal, as an SVG that needs no font from elsewhere."""

from __future__ import annotations

import io
import re

from rich.console import Console
from rich.terminal_theme import SVG_EXPORT_THEME, TerminalTheme
from rich.text import Text

_NORMAL = "1f2328 cf222e 116329 955400 0969da 8250df 1b7c83 6e7781"
_BRIGHT = "656d76 a40e26 1a7f37 633c01 218bff a475f9 3192aa 8c959f"


def _colors(words: str) -> list[tuple[int, int, int]]:
    return [(int(word[:2], 16), int(word[2:4], 16), int(word[4:], 16)) for word in words.split()]


LIGHT = TerminalTheme((255, 255, 255), (31, 35, 40), _colors(_NORMAL), _colors(_BRIGHT))
THEMES = {"light": LIGHT, "dark": SVG_EXPORT_THEME}
_FONTS = re.compile(r"@font-face \{.*?\}\n", re.DOTALL)
_MONO = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"


def drawing(written: str, *, title: str, columns: int, theme: str) -> str:
    """The SVG. A line that is longer than the terminal goes on in the next one, as it does there."""
    console = Console(record=True, width=columns, file=io.StringIO(), force_terminal=True, legacy_windows=False)
    for line in Text.from_ansi(written).split(allow_blank=True):
        pieces = line.divide(range(columns, max(len(line), 1), columns))
        for piece in pieces:
            console.print(piece, no_wrap=True, overflow="ignore", crop=False, highlight=False, soft_wrap=True)
    svg = console.export_svg(title=title, theme=THEMES[theme], unique_id="terminal")
    return re.sub(r"[ \t]+$", "", _FONTS.sub("", svg).replace("Fira Code, monospace", _MONO), flags=re.MULTILINE)
