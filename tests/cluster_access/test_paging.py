"""Lists: all pages, started again when they expire, and never lost for one odd object."""

from __future__ import annotations

import math
import threading
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest

from kubectl_ddfargate.cluster import OddObject
from kubectl_ddfargate.errors import ApiError, BadAnswerError
from kubectl_ddfargate.model.kube.pod_sharing import PodSharing
from kubectl_ddfargate.model.kube.pods import Pod as Whole
from tests.cluster_access.conftest import Open
from tests.cluster_access.recording_server import RecordingServer, Reply, Seen

pytestmark = pytest.mark.computes

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


class Waiting:
    """A fold that waits, for the first object, until the next page was asked for."""

    wire = Pod

    def __init__(self) -> None:
        self.next_asked = threading.Event()

    def __call__(self, came: Pod) -> Pod:
        assert self.next_asked.wait(20), "the next page was not asked for while this one was read"
        return came


def test_the_next_page_is_on_its_way_while_one_is_read(server: RecordingServer, gateway_to: Open) -> None:
    fold = Waiting()

    def answer(seen: Seen) -> Reply:
        if "continue=t" in seen.path:
            fold.next_asked.set()
            return page("b")
        return Reply(body={"metadata": {"continue": "t"}, "items": [pod("a")]})

    server.replies[PODS] = answer
    assert [p.metadata.name for p in gateway_to(server).list(PODS, Pod, fold=fold)] == ["a", "b"]
    assert len(server.seen) == 2


def test_the_page_after_the_next_is_asked_for_when_the_next_begins(
    server: RecordingServer, gateway_to: Open
) -> None:
    """While it is on its way, and before it is whole."""
    third_asked = threading.Event()
    waited: list[bool] = []

    def answer(seen: Seen) -> Reply:
        if "continue=t2" in seen.path:
            third_asked.set()
            return page("c")
        if "continue=t1" in seen.path:
            waited.append(third_asked.is_set())
            body = {"metadata": {"continue": "t2"}, "items": [pod(name) for name in "bcdefgh"]}
            return Reply(body=body, half_until=third_asked)
        return Reply(body={"metadata": {"continue": "t1"}, "items": [pod("a")]})

    server.replies[PODS] = answer
    pods = gateway_to(server, request_timeout="5s").list(PODS, Pod)
    assert [p.metadata.name for p in pods] == [*"abcdefgh", "c"]
    assert waited == [False]


def test_a_page_that_was_cut_short_is_followed_by_no_other(server: RecordingServer, gateway_to: Open) -> None:
    """The second page proves too large after it has told its end: what follows there is left out, not taken."""
    large = "x" * (25 * 1024 * 1024)

    def answer(seen: Seen) -> Reply:
        query = {name: value[0] for name, value in parse_qs(urlsplit(seen.path).query).items()}
        if "continue" not in query:
            return Reply(body={"metadata": {"continue": "1"}, "items": [pod("p0")]})
        start, count = int(query["continue"]), min(2, int(query["limit"]))
        size = large if count > 1 and start == 1 and int(query["limit"]) > 250 else "n"
        end = start + count if int(query["limit"]) > 250 else start + 1
        items = [pod(f"p{number}", nodeName=size) for number in range(start, end)]
        return Reply(body={"metadata": {"continue": str(end) if end < 5 else ""}, "items": items})

    server.replies[PODS] = answer
    assert [p.metadata.name for p in gateway_to(server).list(PODS, Pod)] == [f"p{number}" for number in range(5)]


@pytest.mark.parametrize("place", [0, 20])
def test_large_objects_come_in_smaller_pages(place: int, server: RecordingServer, gateway_to: Open) -> None:
    """Objects of a megabyte: no page is taken beyond the limit, and none is lost or comes twice."""
    text = "x" * (1024 * 1024)
    names = [f"p{number:02}" for number in range(60)]

    def answer(seen: Seen) -> Reply:
        query = {name: value[0] for name, value in parse_qs(urlsplit(seen.path).query).items()}
        start = int(query.get("continue", "0"))
        end = start + (place if place and not start else int(query["limit"]))
        items = [pod(name, nodeName=text if names.index(name) >= place else "n") for name in names[start:end]]
        return Reply(body={"metadata": {"continue": str(end) if end < len(names) else ""}, "items": items})

    server.replies[PODS] = answer
    assert [p.metadata.name for p in gateway_to(server).list(PODS, Pod, limit=500)] == names
    limits = [int(parse_qs(urlsplit(seen.path).query)["limit"][0]) for seen in server.seen]
    fitting = [7] * math.ceil((len(names) - place) / 7)
    assert limits == [*([500] if place else []), 500, 125, 31, *fitting], "what is too large is not tried again"


def test_an_odd_object_costs_itself_alone_where_pods_share(server: RecordingServer, gateway_to: Open) -> None:
    items = [pod("a", containers=[{"name": "x"}]), pod("odd", containers=[{"name": 7}]), pod("b")]
    server.on(PODS, Reply(body={"items": items}))
    gateway = gateway_to(server)
    assert [p.name for p in gateway.list(PODS, Whole, fold=PodSharing())] == ["a", "b"]
    assert [(odd.name, odd.reason) for odd in gateway.odd_objects] == [
        ("odd", "Expected `str`, got `int` - at `$.spec.containers[0].name`")
    ]
