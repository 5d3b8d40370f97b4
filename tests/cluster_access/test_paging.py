"""Lists: all pages, started again when they expire, and never lost for one odd object."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest

from kubectl_ddfargate.cluster import OddObject
from kubectl_ddfargate.errors import ApiError, BadAnswerError
from tests.cluster_access.conftest import Open
from tests.cluster_access.recording_server import RecordingServer, Reply, Seen

PODS = "/api/v1/pods"


class Meta(msgspec.Struct):
    name: str
    namespace: str | None = None


class Spec(msgspec.Struct, rename="camel"):
    node_name: str | None = None


class Pod(msgspec.Struct):
    """A slim pod."""

    metadata: Meta
    spec: Spec | None = None


def pod(name: str, **spec: Any) -> dict[str, Any]:
    return {"metadata": {"name": name, "namespace": "shop"}, "spec": spec}


def page(names: str, following: str = "", remaining: int | None = None) -> Reply:
    """A page of pods; items come before the metadata, as custom resources have it."""
    metadata = {"continue": following, **({"remainingItemCount": remaining} if remaining is not None else {})}
    return Reply(body={"kind": "PodList", "items": [pod(name) for name in names.split()], "metadata": metadata})


GONE = Reply(status=410, body={"kind": "Status", "reason": "Expired", "message": "too old resource version"})


def test_all_pages(server: RecordingServer, gateway_to: Open) -> None:
    server.on(PODS, page("a b", "t1", 3), page("c d", "t2=&", 1), page("e"))
    told: list[tuple[int, int | None]] = []
    pods = gateway_to(server).list(
        PODS, Pod, label_selector="a in (b,c)", field_selector="x!=y", limit=2, on_page=lambda *x: told.append(x)
    )
    assert [p.metadata.name for p in pods] == list("abcde")
    assert told == [(2, 3), (4, 1), (5, None)]
    queries = [parse_qs(urlsplit(seen.path).query) for seen in server.seen]
    assert queries[0] == {"limit": ["2"], "labelSelector": ["a in (b,c)"], "fieldSelector": ["x!=y"]}
    assert [q.get("continue") for q in queries] == [None, ["t1"], ["t2=&"]]
    assert all(q["labelSelector"] == ["a in (b,c)"] for q in queries)


@pytest.mark.parametrize("body", [{"items": None}, {"metadata": None, "items": []}, {}])
def test_empty_lists(body: dict[str, Any], server: RecordingServer, gateway_to: Open) -> None:
    server.on(PODS, Reply(body=body))
    assert gateway_to(server).list(PODS, Pod) == []


def test_410_starts_again(server: RecordingServer, gateway_to: Open) -> None:
    odd = Reply(body={"items": [pod("odd", nodeName=7)], "metadata": {"continue": "t"}})
    server.on(PODS, odd, GONE, page("a", "t"), page("b"))
    gateway = gateway_to(server)
    assert [p.metadata.name for p in gateway.list(PODS, Pod)] == ["a", "b"]
    assert gateway.odd_objects == (), "those of a walk that was given up do not count"


def test_410_for_ever(server: RecordingServer, gateway_to: Open) -> None:
    def answer(seen: Seen) -> Reply:
        return GONE if "continue=" in seen.path else page("a", "t")

    server.replies[PODS] = answer
    with pytest.raises(ApiError, match="expired while it was read, 3 times: too old resource version") as caught:
        gateway_to(server).list(PODS, Pod)
    assert caught.value.status == 410
    assert len(server.seen) == 6


def test_the_same_page_for_ever(server: RecordingServer, gateway_to: Open) -> None:
    server.on(PODS, page("a", "t"))
    with pytest.raises(BadAnswerError, match="the same page"):
        gateway_to(server).list(PODS, Pod)


def test_odd_objects_are_named_and_left_out(server: RecordingServer, gateway_to: Open) -> None:
    items = [pod("a"), pod("odd", nodeName={"s3cr3t": 1}), {"metadata": {"name": 5}}, "text", pod("b")]
    server.on(PODS, Reply(body={"items": items, "metadata": {"continue": "t"}}), page("c"))
    gateway = gateway_to(server)
    assert [p.metadata.name for p in gateway.list(PODS, Pod)] == ["a", "b", "c"]
    assert gateway.odd_objects[0] == OddObject(
        path=PODS,
        namespace="shop",
        name="odd",
        reason="Expected `str | null`, got `object` - at `$.spec.nodeName`",
    )
    assert [odd.name for odd in gateway.odd_objects] == ["odd", "", ""]


def test_page_that_is_cut_off(server: RecordingServer, gateway_to: Open) -> None:
    server.on(PODS, Reply(body=b'{"items": [{"metadata": {"name": "a"}}, {"meta'))
    with pytest.raises(BadAnswerError, match="not valid JSON"):
        gateway_to(server).list(PODS, Pod)
