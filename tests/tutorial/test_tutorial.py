"""docs/tutorial.md: every command is run on a playground, and what it prints is what the page says."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from tests.tutorial.checking import check_page
from tests.tutorial.conftest import ROOT

PLAYGROUND = "~/.cache/ddfargate-testcluster/playground"
"""Where a reader's playground lies."""


def test_the_tutorial(control_plane: Mapping[str, str]) -> None:
    told = {PLAYGROUND: control_plane["TESTCLUSTER_PLAYGROUND"], ".venv/bin/": f"{Path(sys.executable).parent}/"}
    check_page(ROOT / "docs" / "tutorial.md", folder=ROOT, env=control_plane, told=told)
