"""Hands on the API server's own warnings (`Warning: 299 …` headers), each text once a run."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable

_WARNING = re.compile(r'(\d{3})\s+\S+\s+"((?:[^"\\]|\\.)*)"')


class OfARead(str):
    """A warning answered to a read. What it is about is seldom the reader's: a kind that somebody else's policies
    have (`ClusterPolicy (kyverno.io) is deprecated`). Who shows warnings may leave it out.
    """

    __slots__ = ()


class ApiWarnings:
    """What was already told. Safe from several threads."""

    def __init__(self, warn: Callable[[str], None]) -> None:
        self._warn = warn
        self._told: set[tuple[str, bool]] = set()
        self._lock = threading.Lock()

    def read(self, headers: Iterable[str], *, of_a_read: bool = False) -> None:
        """Tell what the Warning headers of one answer say. Only code 299 is the API server's."""
        for header in headers:
            for code, quoted in _WARNING.findall(header):
                if code == "299":
                    self._tell(re.sub(r"\\(.)", r"\1", quoted), of_a_read=of_a_read)

    def _tell(self, text: str, *, of_a_read: bool) -> None:
        text = "".join(character for character in text if character.isprintable())
        with self._lock:
            # apart: what nobody saw when it was read must be told when it is written
            if (text, of_a_read) in self._told:
                return
            self._told.add((text, of_a_read))
        self._warn(OfARead(text) if of_a_read else text)
