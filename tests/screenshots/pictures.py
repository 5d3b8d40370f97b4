"""Which pictures there are. All are of the example that comes with the tool, so that they can be made anywhere."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "docs" / "img"
SIZES = (80, 200)
THEMES = ("light", "dark")


@dataclass(frozen=True)
class Picture:
    """One run of the tool on a terminal."""

    name: str
    words: tuple[str, ...]
    columns: int
    lines: int | None = None
    """Only so many, as `| head` would have it."""

    @property
    def title(self) -> str:
        """The command line."""
        cut = f" | head -n {self.lines}" if self.lines else ""
        return f"kubectl ddfargate {' '.join(self.words)}{cut}"

    def path(self, theme: str) -> Path:
        """Where it lies."""
        return FOLDER / f"{self.name}-{theme}.svg"


_DOCTOR = ("doctor", "--example")
_RUNS = {"doctor": _DOCTOR, "workload": ("doctor", "deployment/coredns", "-n", "kube-system", "--example")}
README = Picture("readme", _DOCTOR, columns=104, lines=19)
PICTURES = (
    README,
    *(Picture(f"{name}-{columns}", words, columns) for name, words in _RUNS.items() for columns in SIZES),
)
