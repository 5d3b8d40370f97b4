"""Writes `docs/performance.md` and its plot from a file of results."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.bench.page import page
from tests.bench.plot import plot
from tests.bench.results import newest, read

DOCS = Path(__file__).parents[2] / "docs"
PAGE, PLOT = DOCS / "performance.md", DOCS / "performance.svg"


def write_report(path: Path | None) -> int:
    """The page, and the plot where matplotlib is installed. Exit code 2 where there are no results."""
    path = path or newest()
    if path is None:
        print("no results yet: make bench", file=sys.stderr)
        return 2
    document = read(path)
    PAGE.write_text(page(document), encoding="utf-8")
    try:
        picture = plot(document)
    except ImportError:
        print("no plot: pip install -e '.[bench]' brings matplotlib", file=sys.stderr)
        return 2
    PLOT.write_text(picture, encoding="utf-8")
    print(f"written: {PAGE.name}, {PLOT.name}, from {path.name}")
    return 0
