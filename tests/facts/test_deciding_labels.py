"""Who selects pods by the labels on which the agent hangs: by whole keys, in selectors and in conditions."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from kubectl_ddfargate.facts.deciding_labels import selecting, suspected
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.model.snapshot import Proof
from tests.facts.test_injectors import RULES, STORE, index_of, labelled

OURS, OTHERS = "app", "app.kubernetes.io/name"
VENDOR, MESH = "a-vendor", "b-mesh"


def hook(name: str, **how: Any) -> dict[str, Any]:
    return {"metadata": {"name": name}, "webhooks": [{"name": "w", "rules": RULES, **how}]}


def if_(expression: str) -> dict[str, Any]:
    return {"matchConditions": [{"name": "c", "expression": expression}]}


def known(*webhooks: dict[str, Any], deciding: tuple[str, ...] = (OURS,), unknown: tuple[str, ...] = ()) -> Index:
    """The StatefulSet and the webhooks that look at it, with what leaving out its labels showed."""
    proof = Proof(
        kind=STORE.kind,
        namespace=STORE.namespace,
        name=STORE.name,
        outcome="answered",
        deciding_labels=deciding,
        unknown_labels=unknown,
    )
    return Index(msgspec.structs.replace(index_of(webhooks=list(webhooks)).snapshot, proofs=[proof]))


def names(found: Any) -> list[str]:
    return [one.name for one in found]


@pytest.mark.parametrize(
    "asks",
    [
        labelled(app="store"),
        if_("'app' in object.metadata.labels"),
        if_('object.metadata.labels["app"] == "store"'),
        if_("has(object.metadata.labels.app)"),
        if_("object.metadata.?labels[?'app'].orValue('') == 'store'"),
    ],
    ids=str,
)
@pytest.mark.parametrize(
    "other", [f"'{OTHERS}' in object.metadata.labels", f"object.metadata.labels['{OTHERS}'] == 'app'"]
)
def test_a_label_is_not_found_within_another(asks: dict[str, Any], other: str) -> None:
    vendors = asks if "matchConditions" in asks else {"objectSelector": asks}
    index = known(hook(VENDOR, **vendors), hook(MESH, **if_(other)))
    assert names(selecting(index, STORE)) == [VENDOR]


def test_who_selects_by_a_label_of_which_nothing_is_known_may_be_it_too() -> None:
    vendor, mesh = (
        hook(VENDOR, **if_("'team' in object.metadata.labels")),
        hook(MESH, **if_("object.metadata.labels.app == 'x'")),
    )
    assert names(suspected(known(vendor, mesh), STORE)) == [MESH]
    assert names(suspected(known(vendor, mesh, unknown=("team",)), STORE)) == [VENDOR, MESH]
    assert names(suspected(known(vendor, mesh, deciding=(), unknown=("team",)), STORE)) == [], "nothing is known"
    assert names(selecting(known(vendor, mesh, unknown=("team",)), STORE)) == [MESH]
