"""The memory of facts: each is worked out once, and a failure keeps nothing of those who asked."""

from __future__ import annotations

import gc
import weakref

import pytest

from kubectl_ddfargate.facts.index import Index, NotProvedError, NotReadError, fact
from kubectl_ddfargate.model.kube.meta import Metadata, Object
from kubectl_ddfargate.model.snapshot import Snapshot, Unread

CALLS: list[object] = []


@fact
def asked(index: Index, thing: object) -> object:
    CALLS.append(thing)
    if thing == "unread":
        raise NotReadError(Unread(resource="pods", verb="list", reason="forbidden"))
    if thing == "unproved":
        raise NotProvedError("switched off", by_choice=True)
    return thing


@pytest.fixture(autouse=True)
def _forget() -> None:
    CALLS.clear()


def test_once_for_each_thing() -> None:
    index = Index(Snapshot())
    alike = [Object(metadata=Metadata(name="a", labels={"app": "web"})) for _ in range(2)]
    assert [asked(index, one) is one for one in (*alike, *alike)] == [True] * 4, "equal, and not the same"
    assert len(CALLS) == 2


@pytest.mark.parametrize("thing", ["unread", "unproved"])
def test_a_failure_is_remembered_and_keeps_no_frame(thing: str) -> None:
    class Local:
        """Something large that a caller holds."""

    def ask() -> weakref.ref[Local]:
        held = Local()
        try:
            asked(index, thing)
        except (NotReadError, NotProvedError) as error:
            seen.append((type(error), str(error), getattr(error, "by_choice", None)))
        return weakref.ref(held)

    index, seen = Index(Snapshot()), list[object]()
    held = [ask() for _ in range(3)]
    gc.collect()
    assert [one() for one in held] == [None] * 3
    assert len(CALLS) == 1
    assert seen[0] == seen[1] == seen[2]
