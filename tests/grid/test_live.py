"""Three faults at once on the real API server: ten triples a day, or all of them with GRID=all (`make grid`)."""

from __future__ import annotations

import os
from datetime import datetime, timezone
from pathlib import Path

import pytest

from tests.cluster.cluster import Cluster
from tests.grid.combined import triples
from tests.grid.live import build_together
from tests.grid.verdict import faults_of, judged

ALL = os.environ.get("GRID") == "all"
SEED = os.environ.get("GRID_SEED") or datetime.now(timezone.utc).date().isoformat()
"""Another every day; a failure names it, and GRID_SEED repeats it."""
TRIPLES = triples(SEED, 200 if ALL else 10)


@pytest.mark.parametrize("checks", TRIPLES, ids="+".join)
def test_three_at_once(checks: tuple[str, ...], cluster: Cluster, tmp_path: Path) -> None:
    snapshot = build_together(cluster, checks, tmp_path)
    assert faults_of(judged(snapshot), checks) == [], f"GRID_SEED={SEED}"
