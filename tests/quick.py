"""A pytest plugin (`pytest -p tests.quick`): the tests that start no control plane and take no seconds."""

from __future__ import annotations

import pytest

from tests.without_control_plane import asks_for_it, deselect


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect the others."""
    deselect(config, items, lambda item: asks_for_it(item) or item.get_closest_marker("computes"))
