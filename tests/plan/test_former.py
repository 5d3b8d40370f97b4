"""What a write changes, as a way there and a way back."""

from __future__ import annotations

import copy
import json
from typing import Any

import msgspec
import pytest

from kubectl_ddfargate.model.objects import MANAGED_BY, MANAGER
from kubectl_ddfargate.plan.former import differences, paths, replaced_only, together, way_back, within
from tests.cluster import canary
from tests.plan.objects import service

OLD = service(80, labels={MANAGED_BY: "Helm", "team": "a"}, resourceVersion="1")
NEW = service(5005, labels={MANAGED_BY: MANAGER, "team": "a"}, resourceVersion="2", managedFields=[])


def _patched(value: Any, patch: Any) -> Any:
    """RFC 7386, as it stands there."""
    if not isinstance(patch, dict):
        return patch
    result = dict(value) if isinstance(value, dict) else {}
    for key, part in patch.items():
        if part is None:
            result.pop(key, None)
        else:
            result[key] = _patched(result.get(key), part)
    return result


def test_exactly_what_changes_is_kept() -> None:
    kept = differences(OLD, NEW)

    assert kept.before == {
        "spec": {"ports": [{"port": 80}]},
        "metadata": {"labels": {MANAGED_BY: "Helm"}},
    }
    assert kept.after == {
        "spec": {"ports": [{"port": 5005}]},
        "metadata": {"labels": {MANAGED_BY: MANAGER}},
    }


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"a": 1}, {"a": 2, "b": {"c": 1}}),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 1}}),
        ({"a": {"b": 1}}, {}),
        ({"a": [1, 2]}, {"a": {"b": 1}}),
        ({"a": [{"x": None}]}, {"a": [{"x": 1}]}),
    ],
)
def test_there_and_back(old: dict[str, Any], new: dict[str, Any]) -> None:
    before, after = ({**service(), "spec": spec} for spec in (old, new))
    kept = json.loads(json.dumps(msgspec.structs.asdict(differences(before, after))))

    back = way_back(type(differences(before, after))(**kept), after)

    assert back.touched == {}
    assert _patched(after, back.patch) == before
    assert way_back(differences(before, after), before).patch == {}


def test_a_label_that_somebody_added_since_stays() -> None:
    bare, labelled = service(), service(labels={MANAGED_BY: MANAGER})
    now = service(labels={MANAGED_BY: MANAGER, "new": "label"})

    back = way_back(differences(bare, labelled), now)

    assert back.touched == {}
    assert _patched(now, back.patch)["metadata"]["labels"] == {"new": "label"}


def test_what_somebody_changed_since_is_left_alone() -> None:
    now = copy.deepcopy(NEW)
    now["spec"]["ports"] = [{"port": 1}]

    back = way_back(differences(OLD, NEW), now)

    assert back.patch == {"metadata": {"labels": {MANAGED_BY: "Helm"}}}
    assert list(paths(back.touched)) == ["spec.ports"]


def test_two_writes_go_back_to_before_the_first() -> None:
    later = service(6006, labels={MANAGED_BY: MANAGER, "team": "b"})
    kept = together(differences(OLD, NEW), differences(NEW, later))

    assert _patched(later, way_back(kept, later).patch)["spec"] == OLD["spec"]
    assert _patched(later, way_back(kept, later).patch)["metadata"]["labels"] == OLD["metadata"]["labels"]


def test_a_credential_is_kept_nowhere() -> None:
    def policy(**value: Any) -> dict[str, Any]:
        return {**service(), "spec": {"fail": value, "env": [{"name": "DD_API_KEY", **value}]}}

    kept = differences(policy(value=canary.API_KEY), policy(value=canary.TOKEN))

    assert canary.found_in(json.dumps(msgspec.structs.asdict(kept)).encode()) == []
    assert "spec.env" in kept.lost


def test_of_fields_only_what_had_a_value() -> None:
    kept = replaced_only(
        differences({**service(), "spec": {"a": 1}}, {**service(), "spec": {"a": 2, "b": {"c": 1}}})
    )

    assert (kept.before, kept.after) == ({"spec": {"a": 1}}, {"spec": {"a": 2}})


def test_only_what_a_manifest_sets() -> None:
    assert within({"a": {"b": 1, "c": 2}, "d": 3}, {"a": {"b": 0}}) == {"a": {"b": 1}}
    assert within({"a": None}, {"a": {"b": 0}}) == {"a": None}
