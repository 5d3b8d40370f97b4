"""A pytest plugin (`pytest -p tests.quick`): the tests that start no control plane and do not compute for long."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

_CONTROL_PLANE = "control_plane"

# Each worker imports every test. Where the environment forbids bytecode beside the sources, each run would compile
# all of them and rewrite their asserts once more per worker; so it is kept where pytest keeps what it remembers.
if sys.dont_write_bytecode:
    sys.pycache_prefix = str(Path(__file__).resolve().parents[1] / ".pytest_cache" / "bytecode")
    sys.dont_write_bytecode = False


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect what asks for the control plane, by itself or through another fixture, and what is marked."""
    slow = [
        item
        for item in items
        if _CONTROL_PLANE in getattr(item, "fixturenames", ()) or item.get_closest_marker("computes")
    ]
    if slow:
        config.hook.pytest_deselected(items=slow)
        chosen = set(slow)
        items[:] = [item for item in items if item not in chosen]
