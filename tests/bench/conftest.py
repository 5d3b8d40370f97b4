"""A control plane with a cluster of the benchmark in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bench.contenders import Place, place_of
from tests.bench.filling import Filling
from tests.bench.plane import BenchPlane
from tests.cluster.control_plane import ControlPlane


@pytest.fixture
def bench_plane(control_plane: ControlPlane, tmp_path: Path) -> Iterator[BenchPlane]:
    """One without controllers, beside the session's, whose programs it takes."""
    folder = tmp_path / "plane"
    folder.mkdir()
    plane = BenchPlane.start(folder, control_plane.binaries)
    yield plane
    plane.stop()


@pytest.fixture
def filling(bench_plane: BenchPlane) -> Filling:
    """What fills it."""
    return Filling(bench_plane, lambda _: None)


@pytest.fixture
def place(bench_plane: BenchPlane, tmp_path: Path) -> Place:
    """The way to it."""
    return place_of(bench_plane, tmp_path)
