"""A pytest plugin: only the tests that start no control plane (`pytest -p tests.quick`)."""

from __future__ import annotations

import pytest

_CONTROL_PLANE = "control_plane"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect what asks for the control plane, by itself or through another fixture."""
    slow = [item for item in items if _CONTROL_PLANE in getattr(item, "fixturenames", ())]
    if slow:
        config.hook.pytest_deselected(items=slow)
        items[:] = [item for item in items if item not in set(slow)]
