"""`resourceFilters` are understood as Kyverno understands them, and changed without touching the rest."""

from __future__ import annotations

import pytest

from kubectl_ddfargate.facts.kyverno_filters import filters, kind_of, without
from tests.facts.kyverno_clusters import STOCK_FILTERS


@pytest.mark.parametrize(
    ("entry", "hides"),
    [
        ("[*/*,kube-system,*]", True),
        ("[Pod,kube-system,*]", True),
        ("[v1/Pod,kube-system,*]", True),
        # Kyverno takes the star for a version, and so Pod for a subresource
        ("[*/v1/Pod,kube-system,*]", False),
        ("[*/*/Pod,kube-system,*]", False),
        ("[apps/v1/Pod,kube-system,*]", False),
        ("[P?d,kube-*,*]", True),
        ("[Pod,kube-?????,*]", False),
        ("[Pod,kube-??????,*]", True),
        ("[*,kube-system,*]", True),
        ("[*,*,*]", True),
        # no trimming: this is a namespace that begins with a space
        ("[Pod, kube-system,*]", False),
        # a missing part is an empty text: a pod made by a ReplicaSet has no name yet
        ("[Pod,kube-system]", True),
        ("[Pod]", False),
        ("[Pod,kube-system,coredns-*]", False),
        ("[Pod,kube-system,?*]", False),
        ("[Pod/binding,kube-system,*]", False),
        ("[Pod/?*,kube-system,*]", False),
        # a star takes no subresource too
        ("[Pod/*,kube-system,*]", True),
        ("[*/status,kube-system,*]", False),
        ("[Deployment,kube-system,*]", False),
        ("[,kube-system,*]", False),
        ("[Pod,kube-system,*,x]", False),
        ("Pod,kube-system,*", False),
        ("[[Pod,kube-system,*]]", True),
    ],
)
def test_what_an_entry_hides(entry: str, hides: bool) -> None:
    assert any(one.takes("kube-system") for one in filters(f"[Event,*,*] {entry}")) is hides


def test_a_named_pod_is_hidden_by_its_name() -> None:
    (entry,) = filters("[Pod,shop,store-*]")
    assert entry.takes("shop", name="store-0")
    assert not entry.takes("shop", name="web-0")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Pod", ("*", "*", "Pod", "")),
        ("*/*", ("*", "*", "*", "*")),
        ("v1beta1/Pod", ("*", "v1beta1", "Pod", "")),
        ("Pod.status", ("*", "*", "Pod", "status")),
        ("apps/v1/Deployment", ("apps", "v1", "Deployment", "")),
        ("v1/Pod/status", ("*", "v1", "Pod", "status")),
        ("*/*/Pod/status", ("*", "*", "Pod", "status")),
        ("a/b/c/d/e", ("", "", "", "")),
    ],
)
def test_how_a_kind_is_written(text: str, parts: tuple[str, str, str, str]) -> None:
    assert kind_of(text) == parts


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (STOCK_FILTERS, STOCK_FILTERS.replace(" [*/*,kube-system,*]", "")),
        ("[*/*,kube-system,*] [Event,*,*]", "[Event,*,*]"),
        ("[Event,*,*]\n[*/*,kube-system,*]\n", "[Event,*,*]\n"),
        ("  [A,b,c]\n  [*/*,kube-system,*]\n  [D,e,f]\n", "  [A,b,c]\n  [D,e,f]\n"),
        ("[*/*,kube-system,*][Pod,kube-system,*][Event,*,*]", "[Event,*,*]"),
        ("[*/*,kube-system,*]", ""),
        ("[A,b,c] # why\n[*/*,kube-system,*]", "[A,b,c] # why\n"),
    ],
)
def test_the_rest_stays_byte_for_byte(before: str, after: str) -> None:
    gone = [one for one in filters(before) if one.takes("kube-system")]
    assert without(before, gone) == after
