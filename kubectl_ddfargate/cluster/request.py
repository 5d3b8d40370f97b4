"""One request as data: what is asked, and whether it may be asked twice. Sends nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request. `path` is absolute, below the server's URL."""

    method: str
    path: str
    query: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    """A sequence repeats the name."""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = field(default=None, repr=False)
    idempotent: bool = False
    is_list: bool = False
    is_text: bool = False
    """The answer is text (a log), not JSON."""
    most_bytes: int | None = None
    """How large the answer may be, unpacked; None: as large as it is."""
    on_start: Callable[[bytes], None] | None = None
    """Told the first bytes of a good answer while the rest is on its way; again where it is sent again."""

    @property
    def path_and_query(self) -> str:
        """As it goes over the wire."""
        return f"{self.path}?{urlencode(self.query, doseq=True)}" if self.query else self.path
