"""The pictures in docs/img show what the tool prints today."""

from __future__ import annotations

import html
import re

import pytest

from tests.screenshots.pictures import FOLDER, PICTURES, THEMES, Picture
from tests.screenshots.terminal import on_terminal

pytestmark = pytest.mark.computes

_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_TEXT = re.compile(r"<text [^>]*?x=\"([\d.]+)\" y=\"([\d.]+)\"[^>]*clip-path[^>]*>(.*?)</text>")


def words_of(svg: str) -> list[str]:
    """What stands in the picture: each line's words, in order."""
    lines: dict[float, list[tuple[float, str]]] = {}
    for left, top, text in _TEXT.findall(svg):
        lines.setdefault(float(top), []).append((float(left), html.unescape(text)))
    return [word for top in sorted(lines) for _, text in sorted(lines[top]) for word in text.split()]


@pytest.mark.parametrize("picture", PICTURES, ids=lambda one: one.name)
def test_a_picture_is_fresh(picture: Picture) -> None:
    written = _ANSI.sub("", on_terminal(picture.words, columns=picture.columns))
    lines = written.split("\n")[: picture.lines]
    # As the terminal breaks what is longer than it.
    width = picture.columns
    broken = [line[start : start + width] for line in lines for start in range(0, max(len(line), 1), width)]
    wanted = [word for line in broken for word in line.split()]
    for theme in THEMES:
        assert words_of(picture.path(theme).read_text(encoding="utf-8")) == wanted, (
            "run: python -m tests.screenshots"
        )


def test_there_is_no_other_picture() -> None:
    assert set(FOLDER.iterdir()) == {picture.path(theme) for picture in PICTURES for theme in THEMES}


def luminance(color: str) -> float:
    """Of `#rrggbb`, as WCAG 2 defines it."""
    parts = [int(color[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (one / 12.92 if one <= 0.03928 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("picture", PICTURES, ids=lambda one: one.name)
def test_each_color_stands_out_from_the_background(picture: Picture, theme: str) -> None:
    svg = picture.path(theme).read_text(encoding="utf-8")
    ground = re.search(r'<rect fill="(#\w{6})"', svg)
    assert ground is not None
    colors = set(re.findall(r"-r\d+ \{ fill: (#\w{6})", svg))
    assert len(colors) > 3
    for color in colors:
        dark, light = sorted((luminance(color), luminance(ground[1])))
        assert (light + 0.05) / (dark + 0.05) >= 4.5, color  # WCAG AA
