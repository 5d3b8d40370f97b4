"""Nothing that `doctor` does grows unnoticed: requests, bytes, objects, calls. `guard.py` says what is counted."""

from __future__ import annotations

from typing import Any

import pytest

from kubectl_ddfargate.cluster.gateway import Gateway
from kubectl_ddfargate.facts.index import Index
from tests.bench.guard import GROWTH, count, grown, recorded

pytestmark = pytest.mark.computes


def test_nothing_grows() -> None:
    assert grown(count(), recorded()) == [], (
        f"more than {GROWTH} × what was recorded; where it is worth that: python -m tests.bench guard --record"
    )


def test_the_guard_sees_a_request_more_for_each_list(monkeypatch: pytest.MonkeyPatch) -> None:
    original = Gateway.list

    def twice(self: Gateway, *arguments: Any, **options: Any) -> Any:
        original(self, *arguments, **options)
        return original(self, *arguments, **options)

    monkeypatch.setattr(Gateway, "list", twice)
    names = " ".join(grown(count(), recorded()))
    for name in ("requests", "bytes read", "objects decoded", "calls of reading"):
        assert name in names


def test_the_guard_sees_a_search_through_all_pods(monkeypatch: pytest.MonkeyPatch) -> None:
    original = Index.get

    def slow(self: Index, *arguments: Any) -> Any:
        for items in self.snapshot.objects.values():
            for item in items:
                assert isinstance(item.name, str)
        return original(self, *arguments)

    monkeypatch.setattr(Index, "get", slow)
    assert any(text.startswith("calls of facts and checks") for text in grown(count(), recorded()))
