"""Time and memory against pods, as one SVG. The only module that needs matplotlib (`pip install -e '.[bench]'`)."""

from __future__ import annotations

import importlib
import io
from typing import Any

from tests.bench.plotted import digest, lines
from tests.bench.results import Document

_COLOURS = {"doctor": "#1a7f37", "kubectl get pods -A -o json": "#cf222e", "kubectl get pods -A": "#bc4c00"}
_OTHERS = ("#0969da", "#8250df", "#57606a", "#9a6700")


def plot(document: Document) -> str:
    """The SVG's text; it carries the digest of the figures that it shows. Raises ImportError without matplotlib."""
    # By name: the types of matplotlib are not there where it is not installed, and lint must pass there too.
    matplotlib = importlib.import_module("matplotlib")
    figures = importlib.import_module("matplotlib.figure")
    # Letters stay letters, and nothing in the file depends on when it was made.
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "ddfargate", "font.size": 9}):
        figure = figures.Figure(figsize=(9, 4), layout="constrained")
        left, right = figure.subplots(1, 2)
        _draw(left, document, "median", "seconds")
        _draw(right, document, "peak_mib", "peak memory, MiB")
        left.legend(fontsize=7, frameon=False)
        written = io.StringIO()
        figure.savefig(written, format="svg", metadata={"Date": None, "Description": digest(document)})
    return "".join(f"{line.rstrip()}\n" for line in written.getvalue().splitlines())


def _draw(axes: Any, document: Document, field: str, label: str) -> None:
    spare = iter(_OTHERS * 2)
    for name, points in lines(document, field).items():
        colour = _COLOURS.get(name) or next(spare)
        axes.loglog(*zip(*points, strict=True), marker="o", markersize=3, label=name, color=colour)
    axes.set_xlabel("pods in the cluster, three in ten of them on Fargate")
    axes.set_ylabel(label)
    axes.grid(visible=True, which="major", alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)
