"""Kyverno's exclusions, opened and closed: each only where the ConfigMap is as the plan saw it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kubectl_ddfargate.cluster import connect
from kubectl_ddfargate.cluster.objects import Objects
from kubectl_ddfargate.commands.closing import Closing, closing_of
from kubectl_ddfargate.commands.kyverno_note import ANNOTATION, annotation_of, update, version_of
from kubectl_ddfargate.commands.opening import Opening
from kubectl_ddfargate.commands.owned import owned_objects
from kubectl_ddfargate.commands.remembered import note_of
from kubectl_ddfargate.errors import ApiError
from kubectl_ddfargate.facts.kyverno_exclusions import ExclusionFix
from kubectl_ddfargate.model.connection import ConnectionFlags
from kubectl_ddfargate.model.objects import MANAGED_BY, MANAGER, ObjectRef
from tests.cluster.cluster import Cluster

REF = ObjectRef("v1", "ConfigMap", "default", "kyverno")


@pytest.fixture
def objects(cluster: Cluster) -> Iterator[Objects]:
    """The admin's way to a cluster with a ConfigMap like Kyverno's."""
    with connect(ConnectionFlags(kubeconfig=str(cluster.kubeconfig)), warn=print) as gateway:
        metadata = {"name": REF.name, "namespace": REF.namespace}
        cluster.apply({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"key": "all"}})
        yield Objects(gateway)


def _opening(objects: Objects, before: str, after: str) -> Opening:
    live = objects.live(REF)
    note = note_of(live, ANNOTATION) or {}
    return Opening(
        change=update(REF, "because"),
        fix=ExclusionFix(REF, ("shop",), before={"key": before}, after={"key": after}),
        version=version_of(live),
        former=note.get("before") or {},
        written=note.get("after") or {},
        annotation=annotation_of(live),
    )


def _stands(objects: Objects) -> tuple[str, str | None]:
    live = objects.live(REF)
    assert live is not None
    return live["data"]["key"], annotation_of(live)


def test_what_an_earlier_run_opened_stays_open(objects: Objects) -> None:
    _opening(objects, "all", "one less").apply(objects)
    first = _stands(objects)
    later = _opening(objects, "one less", "two less")
    later.apply(objects)
    assert _stands(objects)[0] == "two less"

    closing_of(later).apply(objects)

    assert _stands(objects) == first
    assert (note_of(objects.live(REF), ANNOTATION) or {})["before"] == {"key": "all"}


def test_what_somebody_changed_since_the_plan_is_left_alone(objects: Objects) -> None:
    opening = _opening(objects, "all", "one less")
    closing = Closing(update(REF, "because"), REF, {"key": "all"}, opening.version)
    objects.merge_patch(REF, {"data": {"key": "theirs"}})

    for one in (opening, closing):
        with pytest.raises(ApiError) as caught:
            one.apply(objects)
        assert caught.value.status == 409
    assert _stands(objects) == ("theirs", None)


def test_what_was_made_anew_since_the_plan_stays(objects: Objects, cluster: Cluster) -> None:
    cluster.namespace("datadog")
    manifest = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "fixed", "namespace": "datadog", "labels": {MANAGED_BY: MANAGER}},
        "spec": {"ports": [{"port": 5005}]},
    }
    objects.apply(manifest)
    (planned,) = owned_objects(objects).owned
    cluster.delete("Service", "fixed", "datadog")
    cluster.apply(manifest)

    planned.release(objects)

    assert cluster.get("Service", "fixed", "datadog") is not None
