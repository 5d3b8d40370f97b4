"""One request as data: what is asked, and whether it may be asked twice. Sends nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request. `path` is absolute, below the server's URL."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = field(default=None, repr=False)
    idempotent: bool = False
    is_list: bool = False

    @property
    def path_and_query(self) -> str:
        """As it goes over the wire."""
        return f"{self.path}?{urlencode(self.query)}" if self.query else self.path
