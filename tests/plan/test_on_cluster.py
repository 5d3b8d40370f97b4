"""The comparison on the real API server: what it calls the same after an apply is the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from kubectl_ddfargate.cluster import Gateway, connect
from kubectl_ddfargate.cluster.objects import Objects
from kubectl_ddfargate.commands.comparing import changes
from kubectl_ddfargate.manifests import desired_objects
from kubectl_ddfargate.model.connection import ConnectionFlags
from kubectl_ddfargate.model.design import Design, SecretSource
from kubectl_ddfargate.model.objects import MANAGED_BY, MANAGER, Desired
from kubectl_ddfargate.model.plan import Change, Op
from tests.cluster import canary
from tests.cluster.cluster import Cluster
from tests.manifests.designs import SERVICE, SOURCES, design

CRD = Path(__file__).parents[1] / "cluster" / "manifests" / "datadog-crd.yaml"
DATADOG_AGENT = """
apiVersion: datadoghq.com/v2alpha1
kind: DatadogAgent
metadata: {name: datadog, namespace: datadog}
spec: {global: {credentials: {apiKey: %s}}}
"""


@pytest.fixture
def objects(cluster: Cluster) -> Iterator[Objects]:
    """The admin's way to a cluster with the sources and the namespaces of the designs."""
    for name in ("datadog", "shop"):
        cluster.namespace(name)
    for source, value in ((SOURCES["api-key"], canary.API_KEY), (SOURCES["token"], canary.TOKEN)):
        cluster.secret(source.name, source.namespace, {source.key: value})
    with _gateway(cluster.kubeconfig) as gateway:
        yield Objects(gateway)


def _gateway(kubeconfig: Path) -> Gateway:
    return connect(ConnectionFlags(kubeconfig=str(kubeconfig)), warn=print)


def _apply(objects: Objects, desired: tuple[Desired, ...], *, force: bool = False) -> None:
    for one in desired:
        if one.secret is not None:
            objects.apply_secret(one.manifest, one.secret, force=force)
        else:
            objects.apply(one.manifest, force=force)


def _one(objects: Objects, given: Design, kind: str, *, force: bool = False) -> Change:
    (change,) = (c for c in changes(objects, desired_objects(given), force=force) if c.object.kind == kind)
    return change


def _ops(found: tuple[Change, ...]) -> set[Op]:
    return {change.op for change in found}


def test_everything_is_created_and_then_the_same(objects: Objects) -> None:
    desired = desired_objects(design("MutatingAdmissionPolicy"))

    before = changes(objects, desired)
    assert _ops(before) == {Op.CREATE}
    assert [change.address for change in before] == [one.ref.address for one in desired]
    # a binding's role is not there yet, so the server can check only what needs none
    assert all(change.diff for change in before)
    _apply(objects, desired)

    after = changes(objects, desired)
    assert {(change.address, change.op) for change in after} == {(one.ref.address, Op.SAME) for one in desired}
    assert {change.diff for change in after} == {""}
    assert canary.found_in(repr((before, after)).encode()) == []


def test_fields_of_a_custom_resource_of_somebody_else(objects: Objects, cluster: Cluster) -> None:
    kind = ("datadoghq.com/v2alpha1", "DatadogAgent")
    cluster.apply(CRD)
    cluster.wait_for(lambda: Objects(objects.gateway).served(*kind), what="DatadogAgents are served")
    # for a moment the server answers 429, `storage is (re)initializing`: waited for by what is tested here
    assert objects.list_all(kind) == []
    cluster.apply(DATADOG_AGENT % canary.API_KEY, manager="helm")
    desired = desired_objects(design("DatadogAgent"))

    fought = _one(objects, design("DatadogAgent"), "DatadogAgent")
    assert (fought.op, fought.owner) == (Op.CONFLICT, "helm")
    assert "belongs to helm, which would undo the change" in fought.message

    change = _one(objects, design("DatadogAgent"), "DatadogAgent", force=True)
    assert (change.op, change.owner) == (Op.UPDATE, "helm")
    assert "clusterAgentCommunicationEnabled: true" in change.diff
    assert "apiKey: (value not shown)" in change.diff
    assert canary.found_in(repr((fought, change)).encode()) == []
    _apply(objects, desired)

    assert _ops(changes(objects, desired)) == {Op.SAME}


def test_a_field_that_another_manager_holds_is_a_conflict_that_can_be_taken(
    objects: Objects, cluster: Cluster
) -> None:
    given = design()
    _apply(objects, desired_objects(given))
    cluster.apply(
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": SERVICE.name, "namespace": "datadog"},
            "spec": {"internalTrafficPolicy": "Local"},
        },
        manager="argocd-controller",
    )

    change = _one(objects, given, "Service")
    assert (change.op, change.owner) == (Op.CONFLICT, "argocd")
    assert "argocd-controller holds .spec.internalTrafficPolicy" in change.message

    forced = _one(objects, given, "Service", force=True)
    assert forced.op is Op.UPDATE
    assert "-  internalTrafficPolicy: Local\n+  internalTrafficPolicy: Cluster\n" in forced.diff
    _apply(objects, desired_objects(given), force=True)
    assert _one(objects, given, "Service").op is Op.SAME


def test_a_name_that_somebody_else_has(objects: Objects, cluster: Cluster) -> None:
    labels = {MANAGED_BY: "Helm"}
    metadata = {"name": SERVICE.name, "namespace": "datadog", "labels": labels}
    spec = {"ports": [{"port": 80}]}
    cluster.apply({"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec}, manager="helm")

    change = _one(objects, design(), "Service")

    assert (change.op, change.owner) == (Op.CONFLICT, "helm")


def test_what_a_gitops_tool_applied_from_our_manifests_is_the_same(objects: Objects, cluster: Cluster) -> None:
    service = desired_objects(design())[0]
    cluster.apply(service.manifest, manager="argocd-controller")

    change = _one(objects, design(), "Service")

    assert (change.op, change.owner, change.diff) == (Op.SAME, "argocd", "")


def test_what_cannot_be_changed_is_blocked_in_the_servers_words(objects: Objects) -> None:
    given = design()
    _apply(objects, desired_objects(given))
    elsewhere = replace(given, fixed_service=replace(SERVICE, address="172.20.0.54"))

    change = _one(objects, elsewhere, "Service")

    assert change.op is Op.BLOCKED
    assert "may not change once set" in change.message


def test_a_namespace_that_is_not_there_yet(objects: Objects) -> None:
    given = replace(design(), fixed_service=replace(SERVICE, namespace="tomorrow"))

    change = _one(objects, given, "Service")

    assert (change.op, change.validated) == (Op.CREATE, False)


def test_a_kind_that_the_server_does_not_know(objects: Objects) -> None:
    change = _one(objects, design("MutatingPolicy"), "MutatingPolicy")

    assert change.op is Op.BLOCKED
    assert "the server does not know MutatingPolicy (policies.kyverno.io/v1)" in change.message


def test_a_secret_whose_source_changed_shows_that_and_no_value(objects: Objects, cluster: Cluster) -> None:
    given = design()
    _apply(objects, desired_objects(given))
    source = SOURCES["token"]
    cluster.secret(source.name, source.namespace, {source.key: canary.OTHER_TOKEN})

    secrets = [one for one in changes(objects, desired_objects(given)) if one.object.kind == "Secret"]

    assert [(one.object.namespace, one.op) for one in secrets] == [
        ("kube-system", Op.UPDATE),
        ("shop", Op.UPDATE),
    ]
    for one in secrets:
        assert "   api-key: (value not shown)\n" in one.diff
        assert "-  token: (value not shown, before)\n+  token: (value not shown, after)\n" in one.diff
    assert canary.found_in(repr(secrets).encode()) == []


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (SecretSource("datadog", "nobody", "token"), "secret datadog/nobody does not exist"),
        (SecretSource("datadog", "datadog-token", "other"), "secret datadog/datadog-token has no key other"),
    ],
    ids=["no Secret", "no key"],
)
def test_a_source_that_is_missing_is_named(objects: Objects, source: SecretSource, message: str) -> None:
    given = design()
    copies = tuple(replace(copy, sources={**SOURCES, "token": source}) for copy in given.secrets)

    found = changes(objects, desired_objects(replace(given, secrets=copies)))

    secrets = [one for one in found if one.object.kind == "Secret"]
    way_out = "next: create it, or bring the Secrets yourself with --secrets external"
    assert {(one.op, one.message) for one in secrets} == {(Op.BLOCKED, f"{message}; {way_out}")}
    assert _ops(tuple(one for one in found if one.object.kind != "Secret")) == {Op.CREATE}


def test_comparing_writes_nothing(objects: Objects, cluster: Cluster) -> None:
    changes(objects, desired_objects(design()), force=True)

    for kind, name, namespace in (
        ("Service", SERVICE.name, "datadog"),
        ("Secret", "datadog-secret", "shop"),
        ("ClusterRole", "ddfargate-agent-kubelet", None),
        ("MutatingAdmissionPolicy", "ddfargate-agent-sidecar", None),
    ):
        assert cluster.get(kind, name, namespace) is None


def test_our_manager_is_the_only_one_after_an_apply(objects: Objects, cluster: Cluster) -> None:
    _apply(objects, desired_objects(design())[:1])

    found = cluster.existing("Service", SERVICE.name, "datadog")

    assert [one["manager"] for one in found["metadata"]["managedFields"]] == [MANAGER]
