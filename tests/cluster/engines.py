"""Which engines run for a test: those that it asks for by fixture, and no other.

An engine starts once and stays for all tests in a row that want it; `order` puts these into a row.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from .cluster import Cluster
from .engine import Engine
from .kyverno import Kyverno
from .operator import DatadogOperator

STARTS: Mapping[str, Callable[[Cluster], Engine]] = {
    "kyverno": Kyverno.start,
    "operator": DatadogOperator.start,
}
"""How to start an engine, by the name of its fixture."""

# Without engines first, then so that each starts once; Kyverno last, for it takes the longest to go.
_ROW: tuple[frozenset[str], ...] = (
    frozenset(),
    frozenset({"operator"}),
    frozenset({"operator", "kyverno"}),
    frozenset({"kyverno"}),
)


def wanted(fixtures: Collection[str]) -> frozenset[str]:
    """The engines among the names of a test's fixtures."""
    return frozenset(STARTS) & frozenset(fixtures)


def order(fixtures: Collection[str]) -> int:
    """Where a test with these fixtures belongs in the row."""
    return len(_ROW) if "end_engines" in fixtures else _ROW.index(wanted(fixtures))


class Engines:
    """The engines of one cluster."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._running: dict[str, Engine] = {}

    def prepare(self, names: Collection[str]) -> None:
        """Empty the cluster, with exactly these engines running beside it."""
        gone = [self._running.pop(name) for name in list(self._running) if name not in names]
        for engine in gone:
            engine.stop()
        for engine in self._running.values():
            # Before the reset: a dead engine keeps webhooks that refuse, and finalizers that hold.
            if not engine.running:
                engine.restart()
        self._cluster.reset(keep=list(self._running.values()))
        groups = tuple(group for engine in gone for group in engine.groups)
        if groups:
            # Discovery forgets a deleted kind a moment later than the server does.
            self._cluster.wait_for(lambda: not self._served(groups), what="discovery forgot the engine's kinds")
        for name in names:
            if name not in self._running:
                self._running[name] = STARTS[name](self._cluster)

    def get(self, name: str) -> Engine:
        """A running engine."""
        return self._running[name]

    def stop(self) -> None:
        """End all."""
        for engine in self._running.values():
            engine.stop()
        self._running.clear()

    def _served(self, groups: tuple[str, ...]) -> bool:
        return any(one.group.endswith(groups) for one in self._cluster.api.all_resources())
