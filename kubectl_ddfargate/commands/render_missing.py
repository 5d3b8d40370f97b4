"""Collects what no setting says, so that all of it is told at once."""

from __future__ import annotations

import msgspec


class Missing(msgspec.Struct):
    """What no setting says."""

    found: list[str] = msgspec.field(default_factory=list)

    def text(self, value: str | None, *, key: str, flag: str = "", what: str = "") -> str:
        """The value; where there is none it is noted, and the empty text stands for it."""
        if value and value != "auto":
            return value
        ways = " or ".join(way for way in (flag, key) if way)
        self.found.append(f"{ways}{f' ({what})' if what else ''}")
        return ""
