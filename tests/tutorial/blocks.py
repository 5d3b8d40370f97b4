"""The command and output blocks of a page: what follows a ```sh block as ```text is what it printed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMANDS, OUTPUT = "sh", "text"


@dataclass(frozen=True)
class Step:
    """One command block, and its output block where it has one."""

    line: int
    commands: str
    output: str | None
    span: tuple[int, int] | None
    """Where the output stands in the page."""


def steps(page: str) -> tuple[Step, ...]:
    """All of them, in order. A ```text block that is not right behind commands is no output of theirs."""
    found: list[Step] = []
    end = 0
    for match in _BLOCK.finditer(page):
        language, text = match.groups()
        if language == COMMANDS:
            found.append(Step(page.count("\n", 0, match.start()) + 1, text, None, None))
            end = match.end()
        elif language == OUTPUT and found and match.start() == end + 1:
            last = found.pop()
            found.append(Step(last.line, last.commands, text, match.span(2)))
    return tuple(found)


def with_outputs(page: str, outputs: Sequence[str | None]) -> str:
    """The page with these outputs in its output blocks; None leaves one as it is."""
    for step, output in reversed(list(zip(steps(page), outputs, strict=True))):
        if step.span is not None and output is not None:
            start, end = step.span
            page = page[:start] + output + page[end:]
    return page
