"""What goes wrong with one part is told of that part: the rest is answered all the same."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from kubectl_ddfargate.checks import BY_ID
from kubectl_ddfargate.checks.registry import Check
from kubectl_ddfargate.cluster import OddObject
from kubectl_ddfargate.cluster.collect.collector import Wanted, collect
from kubectl_ddfargate.commands.assemble import Run, assemble
from kubectl_ddfargate.commands.doctor import EXAMPLE
from kubectl_ddfargate.commands.verdict import exit_code
from kubectl_ddfargate.errors import ApiError, BadAnswerError, UnreachableError
from kubectl_ddfargate.model.report import Report, Status
from kubectl_ddfargate.model.snapshot import Snapshot
from kubectl_ddfargate.snapshot_file import load


class Answers:
    """Stands for a gateway whose answers are all empty, but for what a test lets go wrong."""

    context = "somewhere"
    server = "https://192.0.2.1"
    impersonates = False
    is_near = True

    def __init__(self, **wrong: Exception) -> None:
        self.wrong = wrong
        self.odd_objects: tuple[OddObject, ...] = ()

    def _ask(self, path: str) -> None:
        for part, error in self.wrong.items():
            if path.rstrip("/").endswith(part):
                raise error

    def log_in(self) -> None:
        """Nobody asks who it is."""

    def get(self, path: str, type_: type, **_: object) -> object:
        self._ask(path)
        return msgspec.convert({"major": "1", "minor": "36"} if path == "/version" else {}, type_)

    def list(self, path: str, type_: type, **_: object) -> list[object]:
        self._ask(path)
        return []


def read(gateway: Answers) -> Snapshot:
    return collect(gateway, Wanted())  # type: ignore[arg-type]


def report(snapshot: Snapshot, *ids: str) -> Report:
    return assemble(snapshot, [BY_ID[id_] for id_ in ids], Run(started_at="", started=0.0, requests=0))


def status(snapshot: Snapshot, id_: str) -> Status:
    return report(snapshot, id_).checks[0].status


def test_refused_discovery_is_not_taken_for_an_old_server() -> None:
    snapshot = read(Answers(apis=ApiError("no", status=500)))
    assert status(snapshot, "DDF001") is Status.UNKNOWN
    assert "/apis" in report(snapshot, "DDF001").checks[0].reason


@pytest.mark.parametrize(
    "error", [BadAnswerError("a web page"), UnreachableError("timed out"), ApiError("overload", status=503)]
)
def test_one_list_that_fails_is_one_kind_unread(error: Exception) -> None:
    snapshot = read(Answers(services=error))
    assert [(entry.resource, entry.reason) for entry in snapshot.unread] == [("services", str(error))]


def test_without_pods_there_is_no_answer() -> None:
    with pytest.raises(UnreachableError):
        read(Answers(pods=UnreachableError("timed out")))


def test_an_object_that_cannot_be_understood_is_named_and_keeps_the_report_from_being_whole() -> None:
    gateway = Answers()
    odd = OddObject(path="/api/v1/services", namespace="shop", name="strange", reason="expected an object")
    gateway.odd_objects = (odd,)
    found = report(read(gateway), "DDF002")
    assert [(part.verb, part.resource, part.namespace) for part in found.unread] == [("decode", "services", "shop")]
    assert exit_code(found) == 3


def test_what_two_lists_could_not_understand_is_told_once() -> None:
    """The pods of a cluster agent on Fargate are in two lists; one without a name may be any."""
    gateway = Answers()
    odd = OddObject(path="/api/v1/pods", namespace="shop", name="strange", reason="expected an object")
    again = msgspec.structs.replace(odd, path="/api/v1/namespaces/shop/pods")
    nameless = msgspec.structs.replace(odd, name="", namespace="")
    gateway.odd_objects = (odd, nameless, again, nameless)
    assert [(entry.namespace, entry.name) for entry in read(gateway).unread] == [
        ("shop", "strange"),
        (None, ""),
        (None, ""),
    ]


def crashing(where: str) -> Check:
    """A check of ours, broken."""

    def boom(*_: object) -> Iterator[object]:
        raise KeyError("canary-app-password")

    return msgspec.structs.replace(BY_ID["DDF503"], **{where: boom})


@pytest.mark.parametrize("where", ["over", "judge"])
def test_a_check_that_crashes_is_unknown_and_does_not_tell_what_it_read(where: str) -> None:
    found = assemble(load(EXAMPLE), [crashing(where)], Run(started_at="", started=0.0, requests=0))
    assert found.checks[0].status is Status.UNKNOWN
    assert "KeyError" in found.checks[0].reason
    assert "canary" not in found.checks[0].reason
    assert exit_code(found) == 3
