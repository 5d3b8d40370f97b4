"""Puts prose and commands on lines. Prose may wrap on a terminal; what can be pasted never does."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

LABEL = 10
_EDGE = 4
_NARROWEST = 30
"""The least room of a column of sentences."""
_SPREAD = 100
"""Where the right part of a line ends: farther away it is no longer seen with the left one."""


@dataclass(frozen=True)
class Layout:
    """Where lines end. `width` None: nowhere."""

    width: int | None

    def prose(self, text: str, indent: int) -> Iterator[str]:
        """Sentences, wrapped where a terminal needs it. Line breaks of the text stay."""
        for line in text.splitlines() or [""]:
            yield from self._wrapped(line.strip(), " " * indent, " " * indent)

    def labelled(self, label: str, text: str, indent: int) -> Iterator[str]:
        """`observed  Default`, with what follows aligned under the text."""
        first = " " * indent + label.ljust(LABEL)
        rest = " " * len(first)
        for number, line in enumerate(text.splitlines() or [""]):
            yield from self._wrapped(line, rest if number else first, rest)

    def verbatim(self, label: str, text: str, indent: int) -> Iterator[str]:
        """Something to paste, whole. What has several lines starts at the left edge: a heredoc's end mark must.

        What does not fit beside its label stands under it, as far to the right as it fits.
        """
        lines = text.rstrip("\n").split("\n")
        head = " " * indent + label.ljust(LABEL)
        if len(lines) == 1 and self.fits(head + lines[0]):
            yield head + lines[0]
            return
        if label:
            yield head.rstrip()
        yield from lines if len(lines) > 1 else [" " * self.place(lines[0], indent + LABEL) + lines[0]]

    def place(self, text: str, indent: int) -> int:
        """Where a text starts that never wraps: at the indent, or nearer to the edge where it does not fit."""
        return indent if self.width is None else max(_EDGE, min(indent, self.width - len(text)))

    def fits(self, line: str) -> bool:
        """Whether it stands on one line."""
        return self.width is None or len(line) <= self.width

    def columns(self, rows: Sequence[Sequence[str]]) -> Iterator[str]:
        """A table. Its last column goes on under itself where the terminal ends; piped it never does."""
        widths = [max(map(len, column)) for column in list(zip(*rows, strict=True))[:-1]]
        start = sum(widths) + 2 * len(widths)
        narrow = Layout(None if self.width is None else max(self.width, start + _NARROWEST))
        for row in rows:
            first, *rest = narrow.prose(row[-1], start)
            beside = "".join(f"{cell:{width}}  " for cell, width in zip(row, widths, strict=False))
            yield (beside + first.strip()).rstrip()
            yield from rest

    def spread(self, left: str, right: str, *, indent: int) -> Iterator[str]:
        """Left and right on one line where they fit, else on two."""
        room = min(self.width or _SPREAD, _SPREAD)
        if not right:
            yield from self._wrapped(left, "", " " * indent)
            return
        gap = room - len(left) - len(right)
        if gap >= 2:
            yield left + " " * gap + right
        elif self.width is None or len(left) + 2 + len(right) <= self.width:
            yield f"{left}  {right}"
        else:
            yield from self._wrapped(left, "", " " * indent)
            yield " " * indent + right

    def _wrapped(self, text: str, first: str, rest: str) -> Iterator[str]:
        if self.width is None:
            yield (first + text).rstrip()
            return
        lines = textwrap.wrap(
            text,
            width=max(self.width, 40),
            initial_indent=first,
            subsequent_indent=rest,
            break_long_words=False,
            break_on_hyphens=False,
        )
        yield from lines or [first.rstrip()]
