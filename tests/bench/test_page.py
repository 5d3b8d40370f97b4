"""The page on performance and its plot are of the results that lie beside them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.page import page
from tests.bench.plotted import digest
from tests.bench.report import PAGE, PLOT
from tests.bench.results import newest, read


def _measured() -> Path:
    path = newest()
    if path is None:
        pytest.fail("nothing was measured yet: make bench-full", pytrace=False)
    return path


def test_the_page_is_fresh() -> None:
    path = _measured()
    assert PAGE.read_text(encoding="utf-8") == page(read(path)), "run: python -m tests.bench report"


def test_the_plot_is_fresh() -> None:
    path = _measured()
    assert digest(read(path)) in PLOT.read_text(encoding="utf-8"), "run: python -m tests.bench report"
