"""The tool with one of its choices undone: `python -m tests.bench.switches NAME=VALUE doctor …`.

Users get no such switch. Each is laid over the tool's own functions here, in the process that is measured.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn


@dataclass(frozen=True)
class Switch:
    """One choice."""

    title: str
    values: tuple[str, ...]
    """What is tried; the first is what the tool does by itself."""
    lay: Callable[[str], None]
    over_a_link: bool = False
    """Measured over the shaped link too."""


def _pods(value: str) -> None:
    """`all`: every pod is read, and those on Fargate are chosen here."""
    if value == "by selector":
        return
    from kubectl_ddfargate.cluster.gateway import Gateway
    from kubectl_ddfargate.model.fargate_marks import PROFILE_LABEL
    from kubectl_ddfargate.model.kinds import PODS

    original = Gateway.list

    def every(self: Gateway, path: str, item_type: Any, **options: Any) -> Any:
        labels = options.get("label_selector") or ""
        if path != PODS.path() or not labels.removeprefix("!").startswith(PROFILE_LABEL):
            return original(self, path, item_type, **options)
        if labels.startswith("!"):
            return []
        found: list[Any] = original(self, path, item_type, **{**options, "label_selector": None})
        return [pod for pod in found if PROFILE_LABEL in (pod.metadata.labels or {})]

    Gateway.list = every  # type: ignore[method-assign]


def _limit(value: str) -> None:
    """Objects a page."""
    from kubectl_ddfargate.cluster.gateway import Gateway

    original = Gateway.list
    if value == "as it is":
        return

    def limited(self: Gateway, path: str, item_type: Any, **options: Any) -> Any:
        return original(self, path, item_type, **{**options, "limit": int(value)})

    Gateway.list = limited  # type: ignore[method-assign]


def _beside(value: str) -> None:
    """`off`: what running agents need is read when the dry-runs have been answered."""
    from kubectl_ddfargate.cluster.collect.collector import Collecting

    if value == "off":
        Collecting._begin_needs = lambda *_: None  # type: ignore[method-assign]


def _compression(value: str) -> None:
    """Whether the server packs its answers."""
    from kubectl_ddfargate.cluster.transport import Transport

    if value != "by link":
        Transport._uncompressed = lambda self: value == "off"  # type: ignore[method-assign]


def _threads(value: str) -> None:
    """How many requests are under way at once."""
    from kubectl_ddfargate.cluster import connections
    from kubectl_ddfargate.cluster.collect import reading

    if value != "as it is":
        reading.PARALLEL = reading.PARALLEL_FAR = int(value)
        connections.MOST_CONNECTIONS = int(value) + 2


def _collector(value: str) -> None:
    """`default`: Python's own thresholds; those that `__main__` asks for are not set."""
    if value == "default":
        gc.set_threshold = lambda *_: None
    elif value == "off":
        gc.disable()


def _connections(value: str) -> None:
    """`new`: each request opens one of its own."""
    if value == "reused":
        return
    from kubectl_ddfargate.cluster.transport import Transport

    original = Transport._headers

    def closing(self: Transport, *arguments: Any) -> Any:
        headers = original(self, *arguments)
        headers["Connection"] = "close"
        return headers

    Transport._headers = closing  # type: ignore[assignment, method-assign]


def _ahead(value: str) -> None:
    """`off`: the next page is asked for when this one has been decoded."""
    from kubectl_ddfargate.cluster import look_ahead

    if value == "off":
        vars(look_ahead)["following_page"] = lambda start: ""


def _folding(value: str) -> None:
    """`off`: what pods have in common is kept once for each."""
    from kubectl_ddfargate.cluster.gateway import Gateway

    original = Gateway.list
    if value == "on":
        return

    def whole(self: Gateway, path: str, item_type: Any, **options: Any) -> Any:
        return original(self, path, item_type, **{**options, "fold": None})

    Gateway.list = whole  # type: ignore[method-assign]


SWITCHES: Mapping[str, Switch] = {
    "pods": Switch("pods asked for by selector", ("by selector", "all"), _pods),
    "limit": Switch("objects of a page", ("as it is", "250", "500", "2000"), _limit, over_a_link=True),
    "gzip": Switch("gzip", ("by link", "on", "off"), _compression, over_a_link=True),
    "threads": Switch("requests at once", ("as it is", "1", "4", "8", "16"), _threads, over_a_link=True),
    "collector": Switch("garbage collector", ("as it is", "default", "off"), _collector),
    "ahead": Switch("the next page on its way while one arrives", ("on", "off"), _ahead, over_a_link=True),
    "beside": Switch("Secrets and RBAC beside the dry-runs", ("on", "off"), _beside, over_a_link=True),
    "folding": Switch("what pods share is kept once", ("on", "off"), _folding),
    "connections": Switch("connections", ("reused", "new"), _connections, over_a_link=True),
}


def main() -> NoReturn:
    """Lay the switch over the tool, and run it."""
    name, _, value = sys.argv[1].partition("=")
    SWITCHES[name].lay(value)
    from kubectl_ddfargate.__main__ import main as tool

    sys.argv = ["kubectl-ddfargate", *sys.argv[2:]]
    tool()


if __name__ == "__main__":
    main()
