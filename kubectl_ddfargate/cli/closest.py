"""The name that somebody probably meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from itertools import takewhile


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`; did you mean "doctor"?`, or nothing where no known name is near. A common start decides a tie."""
    typed = word.lower()
    by_case = {name.lower(): name for name in known}
    near = difflib.get_close_matches(typed, by_case, n=max(len(by_case), 1), cutoff=0.6)
    if not near:
        return ""

    def likeness(name: str) -> tuple[float, int]:
        ratio = difflib.SequenceMatcher(None, name, typed).ratio()
        start = takewhile(lambda pair: pair[0] == pair[1], zip(name, typed, strict=False))
        return ratio, len(list(start))

    return f'; did you mean "{by_case[max(near, key=likeness)]}"?'
