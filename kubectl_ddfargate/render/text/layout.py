"""Puts prose and commands on lines. Prose may wrap on a terminal; what can be pasted never does."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence

import msgspec

LABEL = 10
UNDER = 2
"""How far under its label something stands that does not fit beside it."""
_EDGE = 4
_NARROWEST = 30
"""The least room of a column of sentences."""
_SPREAD = 100
"""Where the right part of a line ends: farther away it is no longer seen with the left one."""


_PROGRAM = r"(?:kubectl(?:-ddfargate)?|python3? -m|aws|helm|pip|pipx|make) "
_COMMAND = re.compile(
    rf"(?<=`){_PROGRAM}[^`]+(?=`)|(?:^|(?<=: )){_PROGRAM}(?:'[^']*'|\"[^\"]*\"|.)*?(?=; |, |\) |`|$)"
)
"""In a sentence: in backticks, at its start, or after a colon; it ends where the sentence goes on."""
_JOINED = re.compile(r" && (?=kubectl )")
"""A shell reads on after it, so a line may end there. Not any `&&`: in quotes it may be a policy's."""
_HELD = "\u00a0"
"""Stands for the spaces of a command while its sentence is wrapped."""
_LEAD = re.compile(r"\s*(?:(?:[^\w\s]+|ok|[xi!]|\d+\.|next:|error:|Warning:) +)?")
"""What a line begins with: its indent, and a sign, a number, or what kind of line it is."""


class Layout(msgspec.Struct, frozen=True):
    """Where lines end. `width` None: nowhere."""

    width: int | None

    def prose(self, text: str, indent: int) -> Iterator[str]:
        """Sentences, wrapped where a terminal needs it. Line breaks of the text stay."""
        for line in text.splitlines() or [""]:
            yield from self._wrapped(line.strip(), " " * indent, " " * indent)

    def told(self, line: str) -> Iterator[str]:
        """A line that is laid out already: where it does not fit it goes on under its words, behind its sign.

        The further lines of a heredoc stay as they are.
        """
        if self.fits(line) and "\n" not in line:
            yield line
            return
        heredoc = "<<" in line
        for number, one in enumerate(line.split("\n")):
            if self.fits(one) or (heredoc and number):
                yield one
                continue
            found = _LEAD.match(one)
            lead = found[0] if found else ""
            deeper = "" if lead.strip() else " " * UNDER
            yield from self._wrapped(one[len(lead) :], lead, " " * len(lead) + deeper)

    def commented(self, text: str, indent: int) -> Iterator[str]:
        """A comment of a diff or of YAML: each of its lines is one."""
        start = " " * indent + "# "
        for line in text.splitlines():
            yield from self._wrapped(line.removeprefix("#").strip(), start, start)

    def pasted(self, words: str, command: str) -> Iterator[str]:
        """`next: COMMAND`; the command, which is whole, under the words where it does not fit beside them."""
        if self.fits(f"{words} {command}"):
            yield f"{words} {command}"
        else:
            yield words
            yield " " * self.stepped([command], _EDGE) + command

    def labelled(self, label: str, text: str, indent: int) -> Iterator[str]:
        """`observed  Default`, with what follows aligned under the text."""
        first = " " * indent + label.ljust(LABEL)
        rest = " " * len(first)
        for number, line in enumerate(text.splitlines() or [""]):
            yield from self._wrapped(line, rest if number else first, rest)

    def verbatim(self, label: str, text: str, indent: int) -> Iterator[str]:
        """Something to paste, whole. What has several lines starts at the left edge: a heredoc's end mark must.

        What does not fit beside its label stands under it; two commands of kubectl that `&&` joins on two lines.
        """
        lines = text.rstrip("\n").split("\n")
        head = " " * indent + label.ljust(LABEL)
        if len(lines) == 1 and self.fits(head + lines[0]):
            yield head + lines[0]
            return
        if label:
            yield head.rstrip()
        if len(lines) == 1:
            if not self.fits(" " * _EDGE + lines[0]):
                lines = _JOINED.sub(" &&\n", lines[0]).split("\n")
            start = " " * self.stepped(lines, indent + UNDER)
            lines = [start + line for line in lines]
        yield from lines

    def place(self, text: str, indent: int) -> int:
        """Where a text starts that never wraps: at the indent, or nearer to the edge where it does not fit."""
        if self.width is None or len(text) <= self.width - indent:
            return indent
        return self.width - len(text) if len(text) <= self.width else min(indent, _EDGE)

    def stepped(self, commands: Sequence[str], indent: int) -> int:
        """Where commands start: at the indent, or at the one place nearer to the edge where all others do."""
        if all(self.fits(" " * indent + one) for one in commands):
            return indent
        return min(self.place(one, min(indent, _EDGE)) for one in commands)

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
        """The words, wrapped where there is a width; a command in them is one word.

        A word that has no room even alone stands under its label, or nearer to the edge.
        """
        if self.width is None:
            yield (first + text).rstrip()
            return
        lines = textwrap.wrap(
            _COMMAND.sub(lambda found: found[0].replace(" ", _HELD), text),
            width=max(self.width, 40),
            initial_indent=first,
            subsequent_indent=rest,
            break_long_words=False,
            break_on_hyphens=False,
        )
        for number, line in enumerate(lines or [first.rstrip()]):
            start = rest if number else first
            word = line[len(start) :]
            if self.fits(line) or " " in word:
                yield line.replace(_HELD, " ")
                continue
            if start.strip():
                yield start.rstrip()
            yield " " * self.place(word, len(rest)) + word.replace(_HELD, " ")
