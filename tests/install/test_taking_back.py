"""What a failed proof leaves of somebody else's object, and what uninstall leaves of it: on the real API server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from kubectl_ddfargate.cluster import connect
from kubectl_ddfargate.cluster.objects import Objects
from kubectl_ddfargate.commands.giving_back import give_back
from kubectl_ddfargate.commands.owned import owned_objects
from kubectl_ddfargate.commands.preparing import Prepared
from kubectl_ddfargate.commands.replaced import ANNOTATION as REPLACED
from kubectl_ddfargate.commands.taking_back import former, take_back
from kubectl_ddfargate.commands.taking_over import ANNOTATION, is_taken, remember
from kubectl_ddfargate.commands.talk import Talk
from kubectl_ddfargate.manifests import desired_objects
from kubectl_ddfargate.model.connection import ConnectionFlags
from kubectl_ddfargate.model.design import Design
from kubectl_ddfargate.model.objects import MANAGED_BY, MANAGER, Desired
from kubectl_ddfargate.model.plan import Plan
from kubectl_ddfargate.model.snapshot import Snapshot
from tests.cluster import canary
from tests.cluster.cluster import Cluster
from tests.manifests.designs import AGENT, design

CRD = Path(__file__).parents[1] / "cluster" / "manifests" / "datadog-crd.yaml"
AGENT_OF_OTHERS: dict[str, Any] = {
    "apiVersion": "datadoghq.com/v2alpha1",
    "kind": "DatadogAgent",
    "metadata": {"name": "datadog", "namespace": "datadog"},
    "spec": {
        "global": {"clusterName": "x"},
        "features": {"admissionController": {"agentSidecarInjection": {"enabled": False, "provider": "fargate"}}},
    },
}
KIND = ("datadoghq.com/v2alpha1", "DatadogAgent")


@pytest.fixture
def objects(cluster: Cluster) -> Iterator[Objects]:
    """The admin's way to a cluster that knows DatadogAgents and has one."""
    cluster.namespace("datadog")
    cluster.apply(CRD)
    with connect(ConnectionFlags(kubeconfig=str(cluster.kubeconfig)), warn=print) as gateway:
        cluster.wait_for(lambda: Objects(gateway).served(*KIND), what="DatadogAgents are served")
        found = Objects(gateway)
        assert found.list_all(KIND) == []
        cluster.apply(AGENT_OF_OTHERS, manager="helm")
        yield found


def _desired(given: Design | None = None) -> Desired:
    found = desired_objects(given or design("DatadogAgent"))
    return next(one for one in found if one.component == "datadog")


def _run(objects: Objects, desired: Desired) -> None:
    remember(objects, desired, force=True, tell=print)
    objects.apply(desired.manifest, force=True)


def _failed(objects: Objects, desired: Desired) -> None:
    """A run that applies and is taken back, as after a failed proof."""
    prepared = Prepared(plan=Plan(context=None, server=""), snapshot=Snapshot(), objects=objects)
    before = former(prepared, desired)
    assert canary.found_in(repr(before).encode()) == []
    _run(objects, desired)
    talk = Talk(show=print, confirm=lambda _: True, say=print)
    assert take_back(objects.gateway, prepared, [before], talk)


def _content(cluster: Cluster) -> dict[str, Any]:
    live = cluster.existing("DatadogAgent", "datadog", "datadog")
    kept = {key: live["metadata"].get(key) for key in ("labels", "annotations")}
    return {"spec": live["spec"], **kept}


def test_a_first_run_that_fails_leaves_nothing(objects: Objects, cluster: Cluster) -> None:
    before = _content(cluster)

    _failed(objects, _desired())

    assert _content(cluster) == before
    assert owned_objects(objects).owned == ()


def test_what_an_earlier_run_put_in_force_stays(objects: Objects, cluster: Cluster) -> None:
    original = _content(cluster)
    _run(objects, _desired())
    before = _content(cluster)
    other = design("DatadogAgent")
    other = replace(other, agent=replace(AGENT, url="https://172.20.0.99:5005"))

    _failed(objects, _desired(other))

    assert _content(cluster) == before
    injection = before["spec"]["features"]["admissionController"]["agentSidecarInjection"]
    assert injection["enabled"] is True
    (one,) = owned_objects(objects).owned
    one.release(objects)
    assert _content(cluster) == original


def test_fields_that_were_taken_come_back_with_an_uninstall(objects: Objects, cluster: Cluster) -> None:
    before = _content(cluster)
    desired = _desired()
    _run(objects, desired)
    _run(objects, desired)
    mark = {"metadata": {"annotations": {REPLACED: "[]"}}}
    objects.merge_patch(desired.ref, mark)
    assert cluster.existing("DatadogAgent", "datadog", "datadog")["metadata"]["annotations"].keys() >= {ANNOTATION}

    (one,) = owned_objects(objects).owned
    assert not one.goes
    one.release(objects)

    after = _content(cluster)
    (after["annotations"] or {}).pop(REPLACED, None)
    assert {**after, "annotations": after["annotations"] or None} == before
    live = cluster.existing("DatadogAgent", "datadog", "datadog")
    assert {entry["manager"] for entry in live["metadata"]["managedFields"]} <= {"helm"}


def test_a_secret_that_was_there_stays(objects: Objects, cluster: Cluster) -> None:
    cluster.secret("datadog-secret", "datadog", {"api-key": canary.API_KEY})
    manifest = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "datadog-secret", "namespace": "datadog", "labels": {MANAGED_BY: MANAGER}},
        "type": "Opaque",
    }
    desired = Desired(manifest, "because", "secret")
    _run(objects, desired)
    text = cluster.existing("Secret", "datadog-secret", "datadog")["metadata"]["annotations"][ANNOTATION]
    assert canary.found_in(text.encode()) == []
    assert cluster.existing("Secret", "datadog-secret", "datadog")["metadata"]["labels"] == {MANAGED_BY: MANAGER}

    (one,) = owned_objects(objects).owned
    assert "it stays, with the values that it has" in one.notes[0].text
    give_back(objects, one.ref)

    live = cluster.existing("Secret", "datadog-secret", "datadog")
    assert live["data"]
    assert not is_taken(live)
    assert "labels" not in live["metadata"]
    assert owned_objects(objects).owned == ()
