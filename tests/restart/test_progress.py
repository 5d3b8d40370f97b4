"""When a rollout is through, as `kubectl rollout status` reckons it."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from kubectl_ddfargate.cluster.rollout_progress import finished, least_available, stopped_by, what_is_awaited
from kubectl_ddfargate.cluster.rollout_records import Rolled

DONE = {"observedGeneration": 2, "replicas": 3, "updatedReplicas": 3, "readyReplicas": 3, "availableReplicas": 3}
SET = {**DONE, "currentRevision": "b", "updateRevision": "b"}


def rolled(status: dict[str, Any], **spec: Any) -> Rolled:
    raw = {"metadata": {"generation": 2}, "spec": {"replicas": 3, **spec}, "status": status}
    return msgspec.convert(raw, Rolled)


@pytest.mark.parametrize(
    ("kind", "status", "through"),
    [
        ("Deployment", DONE, True),
        ("Deployment", {**DONE, "observedGeneration": 1}, False),
        ("Deployment", {**DONE, "updatedReplicas": 2}, False),
        ("Deployment", {**DONE, "replicas": 4}, False),
        ("Deployment", {**DONE, "availableReplicas": 2}, False),
        ("StatefulSet", SET, True),
        ("StatefulSet", {**SET, "observedGeneration": 1}, False),
        ("StatefulSet", {**SET, "currentRevision": "a"}, False),
        ("StatefulSet", {**SET, "readyReplicas": 2}, False),
    ],
)
def test_finished(kind: str, status: dict[str, Any], through: bool) -> None:
    assert finished(kind, rolled(status)) is through


@pytest.mark.parametrize(
    ("replicas", "surge", "unavailable", "least"),
    [
        (2, "25%", 1, 1),
        (1, "25%", 1, 0),
        (1, "25%", "25%", 1),
        (1, None, None, 1),
        (1, 0, 0, 0),
        (2, 0, 0, 1),
        (2, 1, "100%", 0),
        (10, "25%", "25%", 8),
    ],
)
def test_how_many_stay_available(replicas: int, surge: object, unavailable: object, least: int) -> None:
    rolling = {"maxSurge": surge, "maxUnavailable": unavailable}

    assert least_available(rolled({}, replicas=replicas, strategy={"rollingUpdate": rolling})) == least


def test_a_progress_deadline_that_passed_ends_the_wait() -> None:
    late = {"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded"}
    refused = {"type": "ReplicaFailure", "status": "True", "message": "exceeded quota: small"}
    status = {**DONE, "updatedReplicas": 1, "conditions": [late, refused]}

    assert stopped_by(rolled(status), [], wants_agent=False).endswith("deadline; exceeded quota: small")
    # what is reported of the generation before says nothing of this one
    assert stopped_by(rolled({**status, "observedGeneration": 1}), [], wants_agent=False) == ""
    assert "exceeded quota" in what_is_awaited(rolled(status), [])


def test_a_progress_deadline_that_passed_before_it_was_set_back() -> None:
    """The condition stands until the counts move."""
    late = {"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded"}
    status = {**DONE, "updatedReplicas": 1, "conditions": [late]}
    before = rolled(status)

    assert stopped_by(rolled(status), [], wants_agent=False, before=before) == ""
    moved = rolled({**status, "updatedReplicas": 2})
    assert stopped_by(moved, [], wants_agent=False, before=before) == "it exceeded its progress deadline"


def test_what_is_waited_for_while_new_pods_settle() -> None:
    status = {**DONE, "replicas": 4, "readyReplicas": 4, "availableReplicas": 3}

    waited = what_is_awaited(rolled(status, minReadySeconds=20), [])
    assert waited.endswith("3 available; an old one goes when a new one has been ready for 20 s")
    alone = what_is_awaited(rolled({**status, "replicas": 3, "availableReplicas": 2}, minReadySeconds=20), [])
    assert alone.endswith("2 available; each new one counts when it has been ready for 20 s")
    assert what_is_awaited(rolled(status), []).endswith("3 available")
    assert what_is_awaited(rolled({**status, "readyReplicas": 3}, minReadySeconds=20), []).endswith("3 available")
