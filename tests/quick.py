"""A pytest plugin (`pytest -p tests.quick`): the tests that start no control plane and do not compute for long."""

from __future__ import annotations

import pytest

from tests.bytecode import keep_bytecode

_CONTROL_PLANE = "control_plane"

keep_bytecode()


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
