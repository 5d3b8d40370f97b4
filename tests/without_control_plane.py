"""A pytest plugin, `-p tests.without_control_plane`: the tests that start none, by themselves or by a fixture."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.bytecode import keep_bytecode

_CONTROL_PLANE = "control_plane"

# Each worker imports every test, and their asserts are rewritten once more for each.
keep_bytecode()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect the others."""
    deselect(config, items, asks_for_it)


def asks_for_it(item: pytest.Item) -> bool:
    """True where a test needs the control plane."""
    return _CONTROL_PLANE in getattr(item, "fixturenames", ())


def deselect(config: pytest.Config, items: list[pytest.Item], unwanted: Callable[[pytest.Item], object]) -> None:
    """Take tests out of the run, and have pytest count them."""
    chosen = [item for item in items if not unwanted(item)]
    if len(chosen) < len(items):
        config.hook.pytest_deselected(items=[item for item in items if unwanted(item)])
        items[:] = chosen
