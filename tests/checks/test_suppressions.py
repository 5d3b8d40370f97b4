"""Which decisions silence a finding, and what is said of those that do not."""

from __future__ import annotations

import msgspec
import pytest

from kubectl_ddfargate.checks import BY_ID
from kubectl_ddfargate.checks.runner import run_checks
from kubectl_ddfargate.checks.suppressions import Suppression, parse, with_decision
from kubectl_ddfargate.commands.doctor import EXAMPLE
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.model.kube.meta import Annotations
from kubectl_ddfargate.snapshot_file import load

SILENT = Annotations(suppress="DDF319")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("DDF319 reason=batch", [Suppression("DDF319", None, "batch")]),
        ("DDF319 until=2027-06-30 reason=a b; DDF101 reason=c", [
            Suppression("DDF319", "2027-06-30", "a b"),
            Suppression("DDF101", None, "c"),
        ]),
        ("DDF319", []),
        ("DDF319 reason=", []),
        ("DDF319 until=soon reason=x", []),
        ("", []),
    ],
)  # fmt: skip
def test_parse(text: str, expected: list[Suppression]) -> None:
    assert parse(text) == expected


def test_a_new_decision_keeps_the_others() -> None:
    assert with_decision("DDF101 reason=a; DDF319", "DDF319", "b") == "DDF101 reason=a; DDF319 reason=b"


def test_a_decision_without_a_reason_is_told() -> None:
    snapshot = load(EXAMPLE)
    workloads = [
        msgspec.structs.replace(item, metadata=msgspec.structs.replace(item.metadata, annotations=SILENT))
        if item.name == "metrics-server"
        else item
        for item in snapshot.objects["deployments"]
    ]
    changed = msgspec.structs.replace(snapshot, objects={**snapshot.objects, "deployments": workloads})
    found = run_checks(Index(changed), [BY_ID["DDF319"]]).findings[0]
    assert found.suppressed_by is None
    assert "a suppression without a reason, or past its day" in [seen.observed for seen in found.evidence]
