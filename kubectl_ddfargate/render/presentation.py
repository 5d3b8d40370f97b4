"""How an answer is to be shown. Made by the command line, read by renderers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Presentation:
    """What the terminal can do, and what a printed command must carry to work when it is pasted.

    No struct: help loads this, and would load msgspec with it.
    """

    program: str = "kubectl ddfargate"
    connection: str = ""
    """Flags of the connection, quoted for a shell: `--context prod-eu`."""
    scope: str = ""
    """Flags of the scope, likewise: `-n shop -l app=web`."""
    saved: str = ""
    """Of a saved snapshot the flags that name it, quoted: `--from prod.snapshot.gz`. Empty for a live cluster."""
    color: bool = False
    ascii: bool = False
    """Only ASCII may be printed."""
    width: int | None = None
    """Columns to wrap prose at. None: never wrap, somebody pipes."""
    show_all: bool = False
    """Every check, not only what needs a look."""

    @property
    def live(self) -> bool:
        """False for a saved snapshot: its cluster may be out of reach, so no command against it comes next."""
        return not self.saved
