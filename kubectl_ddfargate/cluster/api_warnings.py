"""Hands on the API server's own warnings (`Warning: 299 …` headers), each text once a run."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable

_WARNING = re.compile(r'(\d{3})\s+\S+\s+"((?:[^"\\]|\\.)*)"')


class ApiWarnings:
    """What was already told. Safe from several threads."""

    def __init__(self, warn: Callable[[str], None]) -> None:
        self._warn = warn
        self._told: set[str] = set()
        self._lock = threading.Lock()

    def read(self, headers: Iterable[str]) -> None:
        """Tell what the Warning headers of one answer say. Only code 299 is the API server's."""
        for header in headers:
            for code, quoted in _WARNING.findall(header):
                if code == "299":
                    self._tell(re.sub(r"\\(.)", r"\1", quoted))

    def _tell(self, text: str) -> None:
        text = "".join(character for character in text if character.isprintable())
        with self._lock:
            if text in self._told:
                return
            self._told.add(text)
        self._warn(text)
