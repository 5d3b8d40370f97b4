"""Puts prose and commands on lines. Prose may wrap on a terminal; what can be pasted never does."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

LABEL = 10
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

    @staticmethod
    def verbatim(label: str, text: str, indent: int) -> Iterator[str]:
        """Something to paste, whole. What has several lines starts at the left edge: a heredoc's end mark must."""
        lines = text.rstrip("\n").split("\n")
        head = " " * indent + label.ljust(LABEL)
        if len(lines) == 1:
            yield head + lines[0]
        else:
            yield head.rstrip()
            yield from lines

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
