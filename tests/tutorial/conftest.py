"""A playground of the tests' own, away from the user's."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def control_plane(kubectl: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, str]]:
    """The environment in which `make playground` makes one in a folder of its own; ended at the end.

    The name is that by which `tests.quick` knows slow tests; `kubectl` has built what is started.
    """
    folder = tmp_path_factory.mktemp("playground")
    programs = folder / "programs"
    programs.mkdir()
    # This Python's environment as it is: `make setup` is not what is tried here.
    make = f'exec "$REAL_MAKE" --no-print-directory -o .venv/.installed BIN="{Path(sys.executable).parent}" "$@"\n'
    (programs / "make").write_text(f"#!/bin/sh\n{make}", encoding="utf-8")
    (programs / "make").chmod(0o755)
    env = {
        "PATH": f"{programs}:{os.environ['PATH']}",
        "REAL_MAKE": shutil.which("make") or "make",
        "TESTCLUSTER_PLAYGROUND": str(folder / "playground"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    yield env
    down = [sys.executable, "-m", "tests.cluster", "down"]
    subprocess.run(down, cwd=ROOT, env={**os.environ, **env}, check=True)
