"""A policy steps aside, and is as it was when it is put back."""

from __future__ import annotations

from typing import Any

import pytest

from kubectl_ddfargate.commands.replacing import as_before, backup_path, stepped_aside
from tests.cluster.agent import agent
from tests.cluster.kyverno_policies import cluster_policy, mutating_policy

CONDITION = {"key": "{{ request.operation }}", "operator": "Equals", "value": "CREATE"}


def _policies() -> list[dict[str, Any]]:
    plain = cluster_policy(container=agent(), label_sets=[{"a": "b"}])
    with_all = cluster_policy(container=agent(), label_sets=[{"a": "b"}])
    with_all["spec"]["rules"][0]["preconditions"] = {"all": [CONDITION], "any": [CONDITION]}
    cel = mutating_policy(container=agent(), labels={"a": "b"})
    bare = mutating_policy(container=agent(), labels={"a": "b"})
    del bare["spec"]["matchConditions"]
    return [dict(one) for one in (plain, with_all, cel, bare)]


@pytest.mark.parametrize("policy", _policies())
def test_there_and_back(policy: dict[str, Any]) -> None:
    patch = stepped_aside(policy)
    assert patch is not None
    changed = {**policy, "spec": {**policy["spec"], **patch["spec"]}}
    assert changed != policy
    assert stepped_aside(changed) is None
    assert as_before(changed) == policy
    assert as_before(policy) == policy


def test_the_oldest_form_of_preconditions() -> None:
    policy = cluster_policy(container=agent(), label_sets=[{"a": "b"}])
    policy["spec"]["rules"][0]["preconditions"] = [CONDITION]
    patch = stepped_aside(policy)
    assert patch is not None
    assert patch["spec"]["rules"][0]["preconditions"]["all"][0] == CONDITION


def test_a_backup_is_never_written_over(tmp_path: Any) -> None:
    first = backup_path(tmp_path, "x")
    first.touch()
    assert backup_path(tmp_path, "x").name == "x.backup-2.yaml"
