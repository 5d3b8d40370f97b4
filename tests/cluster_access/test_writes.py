"""What is written, and again when; on the wire, and on the real API server."""

from __future__ import annotations

import base64
import json
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kubectl_ddfargate.cluster import Gateway, connect
from kubectl_ddfargate.cluster.objects import NotServedError, Objects
from kubectl_ddfargate.cluster.rights_asked import missing_rights
from kubectl_ddfargate.cluster.secret_values import SourceMissingError
from kubectl_ddfargate.errors import ApiError, ConflictError, NotFoundError, UnreachableError
from kubectl_ddfargate.model.connection import ConnectionFlags
from kubectl_ddfargate.model.design import CLUSTER_ROLE, SecretCopy, SecretSource
from kubectl_ddfargate.model.objects import MANAGED_BY, MANAGER, ObjectRef
from kubectl_ddfargate.model.plan import Change, Op, PlannedObject
from tests.cluster import canary
from tests.cluster.cluster import Cluster
from tests.cluster.users import rule
from tests.cluster_access.conftest import Open
from tests.cluster_access.recording_server import RecordingServer, Reply
from tests.cluster_access.test_faults import status

PATH = "/api/v1/namespaces/shop/configmaps/x"
REF = ObjectRef("v1", "ConfigMap", "shop", "x")
MAP: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "ConfigMap",
    "metadata": {"name": "x", "namespace": "shop", "labels": {MANAGED_BY: MANAGER}},
    "data": {"a": "1"},
}
SERVED = {"resources": [{"name": "configmaps", "kind": "ConfigMap", "namespaced": True}]}
STARTING = status(429, "TooManyRequests", "storage is (re)initializing")
AGAIN = Reply(status=429, body=STARTING, headers=(("Retry-After", "1"),))
DONE = Reply(body=MAP)
GONE = Reply(status=404, body=status(404, "NotFound", 'configmaps "x" not found'))
LIVE = Reply(body={**MAP, "metadata": {**MAP["metadata"], "uid": "7"}})


def methods(server: RecordingServer) -> list[str]:
    """What was sent for the object."""
    return [seen.method for seen in server.seen if seen.path.partition("?")[0] == PATH]


# --- on the wire


def test_an_apply_is_sent_as_ours_and_strict(server: RecordingServer, gateway_to: Open) -> None:
    server.on("/api/v1", Reply(body=SERVED))
    server.on(PATH, DONE)

    Objects(gateway_to(server)).apply(MAP, dry_run=True, force=True)

    sent = server.seen[-1]
    assert (sent.method, sent.headers["Content-Type"]) == ("PATCH", "application/apply-patch+yaml")
    query = sent.path.partition("?")[2].split("&")
    assert sorted(query) == ["dryRun=All", "fieldManager=kubectl-ddfargate", "fieldValidation=Strict", "force=true"]
    assert json.loads(sent.body) == MAP


def test_a_real_apply_says_neither_dry_run_nor_force(server: RecordingServer, gateway_to: Open) -> None:
    server.on("/api/v1", Reply(body=SERVED))
    server.on(PATH, DONE)

    Objects(gateway_to(server)).apply(MAP)

    assert "dryRun" not in server.seen[-1].path
    assert "force=false" in server.seen[-1].path


@pytest.mark.parametrize(
    ("reply", "waits"), [(AGAIN, [1.0]), (Reply(reset=True), [0.1]), (Reply(status=503, body={}), [0.5])], ids=str
)
def test_an_apply_is_sent_again(
    reply: Reply, waits: list[float], server: RecordingServer, gateway_to: Open, pauses: list[float]
) -> None:
    server.on("/api/v1", Reply(body=SERVED))
    server.on(PATH, reply, DONE)

    assert Objects(gateway_to(server)).apply(MAP) == MAP
    assert methods(server) == ["PATCH", "PATCH"]
    assert pauses == waits


def test_a_storage_that_never_comes_up_ends_in_an_error(server: RecordingServer, gateway_to: Open) -> None:
    server.on("/api/v1", Reply(body=SERVED))
    server.on(PATH, AGAIN)

    with pytest.raises(ApiError, match="initializing"):
        Objects(gateway_to(server)).apply(MAP)
    assert len(methods(server)) == 10


def test_a_delete_with_its_uid_is_sent_again(server: RecordingServer, gateway_to: Open) -> None:
    server.on("/api/v1", Reply(body=SERVED))
    server.on(PATH, Reply(reset=True), GONE)

    Objects(gateway_to(server)).delete(REF, uid="7")

    assert methods(server) == ["DELETE", "DELETE"]
    assert json.loads(server.seen[-1].body)["preconditions"] == {"uid": "7"}


def test_a_delete_by_name_means_the_one_that_is_there_now(server: RecordingServer, gateway_to: Open) -> None:
    server.on("/api/v1", Reply(body=SERVED))
    server.on(PATH, LIVE, DONE)

    Objects(gateway_to(server)).delete(REF, dry_run=True)

    assert methods(server) == ["GET", "DELETE"]
    options = json.loads(server.seen[-1].body)
    assert (options["preconditions"], options["dryRun"]) == ({"uid": "7"}, ["All"])
    assert "?" not in server.seen[-1].path, "beside a body the server does not look at the query"


def test_a_delete_by_name_alone_is_sent_once(server: RecordingServer, gateway_to: Open) -> None:
    """The second could take what was made since under the same name, such as a StatefulSet's next pod."""
    server.on(PATH, Reply(reset=True), DONE)

    with pytest.raises(UnreachableError):
        gateway_to(server).delete(PATH)
    assert methods(server) == ["DELETE"]


@pytest.mark.parametrize(("code", "reason"), [(409, "Conflict"), (404, "NotFound")])
def test_what_is_gone_or_has_a_successor_is_deleted(
    code: int, reason: str, server: RecordingServer, gateway_to: Open
) -> None:
    server.on("/api/v1", Reply(body=SERVED))
    server.on(PATH, Reply(status=code, body=status(code, reason, "the UID in the precondition differs")))

    Objects(gateway_to(server)).delete(REF, uid="7")

    assert methods(server) == ["DELETE"]


def test_who_may_not_read_may_delete(server: RecordingServer, gateway_to: Open) -> None:
    server.on("/api/v1", Reply(body=SERVED))
    server.on(PATH, Reply(status=403, body=status(403, "Forbidden", "no")), DONE)

    Objects(gateway_to(server)).delete(REF)

    assert methods(server) == ["GET", "DELETE"]


@pytest.mark.parametrize(
    ("words", "manager"),
    [
        ('conflict with "helm" using v1', "helm"),
        (
            'conflict with "kubectl-edit" with subresource "scale" using apps/v1 at 2026-01-01T00:00:00Z',
            "kubectl-edit",
        ),
        (r'conflict with "a \"b\"" using v1', 'a "b"'),
        ("conflict", "another manager"),
    ],
)
def test_the_manager_of_a_conflict(words: str, manager: str, server: RecordingServer, gateway_to: Open) -> None:
    causes = [
        {"reason": "FieldManagerConflict", "message": words, "field": field} for field in (".data.a", ".data.b")
    ]
    body = {**status(409, "Conflict", "Apply failed"), "details": {"causes": causes}}
    server.on("/api/v1", Reply(body=SERVED))
    server.on(PATH, Reply(status=409, body=body))

    with pytest.raises(ConflictError) as caught:
        Objects(gateway_to(server)).apply(MAP)
    assert caught.value.managers == ((manager, (".data.a", ".data.b")),)


def test_another_409_is_no_conflict_of_managers(server: RecordingServer, gateway_to: Open) -> None:
    server.on("/api/v1", Reply(body=SERVED))
    server.on(PATH, Reply(status=409, body=status(409, "AlreadyExists", "it is there")))

    with pytest.raises(ApiError) as caught:
        Objects(gateway_to(server)).apply(MAP)
    assert not isinstance(caught.value, ConflictError)


# --- on the real API server


@pytest.fixture
def objects(cluster: Cluster, tmp_path: Path) -> Iterator[Objects]:
    """The admin's objects, traced."""
    cluster.namespace("shop")
    with _gateway(cluster.kubeconfig, trace=tmp_path / "trace") as gateway:
        yield Objects(gateway)


def _gateway(kubeconfig: Path, *, trace: Path | None = None) -> Gateway:
    return connect(ConnectionFlags(kubeconfig=str(kubeconfig)), warn=print, trace=trace)


def test_an_object_comes_and_goes(objects: Objects, cluster: Cluster) -> None:
    assert objects.live(REF) is None
    assert objects.apply(MAP, dry_run=True)["data"] == {"a": "1"}
    assert cluster.get("ConfigMap", "x", "shop") is None
    objects.apply(MAP)
    assert objects.live(REF) == cluster.get("ConfigMap", "x", "shop")
    assert [one["metadata"]["name"] for one in objects.list_owned([("v1", "ConfigMap"), ("v1", "Secret")])] == ["x"]

    objects.delete(REF, dry_run=True)
    assert cluster.get("ConfigMap", "x", "shop") is not None
    objects.delete(REF, uid="00000000-0000-0000-0000-000000000000")
    assert cluster.get("ConfigMap", "x", "shop") is not None
    objects.delete(REF)
    objects.delete(REF)
    assert cluster.get("ConfigMap", "x", "shop") is None


def test_a_field_that_the_kind_does_not_have_is_refused(objects: Objects) -> None:
    with pytest.raises(ApiError, match=r"field not declared in schema|unknown field"):
        objects.apply({**MAP, "datum": {}})


def test_a_kind_that_is_not_served(objects: Objects) -> None:
    ref = ObjectRef("kyverno.io/v1", "ClusterPolicy", "", "x")

    assert objects.served(ref.api_version, ref.kind) is None
    assert objects.live(ref) is None
    assert objects.list_all((ref.api_version, ref.kind)) == []
    with pytest.raises(NotServedError, match=r"does not know ClusterPolicy \(kyverno.io/v1\)"):
        objects.path(ref)


def test_a_conflict_is_told_by_manager_and_fields(objects: Objects, cluster: Cluster) -> None:
    cluster.apply({**MAP, "data": {"a": "2", "b": "2"}}, manager="helm")

    with pytest.raises(ConflictError) as caught:
        objects.apply({**MAP, "data": {"a": "1", "b": "1"}})
    assert caught.value.managers == (("helm", (".data.a", ".data.b")),)
    assert objects.apply({**MAP, "data": {"a": "1"}}, force=True)["data"] == {"a": "1", "b": "2"}


# --- Secrets

SECRET = ObjectRef("v1", "Secret", "shop", "datadog-secret")
COPY = SecretCopy(
    "shop",
    "datadog-secret",
    {"api-key": SecretSource("shop", "source", "key"), "token": SecretSource("shop", "source", "token")},
)
EMPTY: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Secret",
    "metadata": {"name": "datadog-secret", "namespace": "shop", "labels": {MANAGED_BY: MANAGER}},
    "type": "Opaque",
}
VALUES = {"key": canary.API_KEY, "token": canary.TOKEN}


def test_a_secret_is_copied_and_no_value_comes_out(objects: Objects, cluster: Cluster, tmp_path: Path) -> None:
    cluster.secret("source", "shop", VALUES)

    answers = [objects.apply_secret(EMPTY, COPY, dry_run=True), objects.apply_secret(EMPTY, COPY)]
    annotation = {"kubectl.kubernetes.io/last-applied-configuration": canary.TOKEN}
    cluster.patch("Secret", "datadog-secret", "shop", {"metadata": {"annotations": annotation}})
    answers += [objects.live(SECRET) or {}, *objects.list_owned([("v1", "Secret")])]

    raw = cluster.existing("Secret", "datadog-secret", "shop")["data"]
    assert raw == {"api-key": cluster.existing("Secret", "source", "shop")["data"]["key"], "token": raw["token"]}
    assert len(answers) == 4
    assert len({str(one["data"]) for one in answers}) == 1, "equal values have equal marks"
    assert answers[0]["data"]["api-key"].startswith("32-or-more ")
    assert all(one["metadata"]["managedFields"] for one in answers)
    seen = repr((answers, objects, objects.gateway)).encode() + (tmp_path / "trace").read_bytes()
    assert canary.found_in(seen) == []


@pytest.mark.parametrize(
    ("values", "message"),
    [({}, "secret shop/source does not exist"), ({"key": canary.API_KEY}, "secret shop/source has no key token")],
    ids=["no Secret", "no key"],
)
def test_a_source_that_is_missing(values: dict[str, str], message: str, objects: Objects, cluster: Cluster) -> None:
    if values:
        cluster.secret("source", "shop", values)

    with pytest.raises(SourceMissingError, match=message) as caught:
        objects.apply_secret(EMPTY, COPY)
    assert canary.found_in("".join(traceback.format_exception(caught.value)).encode()) == []
    assert cluster.get("Secret", "datadog-secret", "shop") is None


@pytest.mark.parametrize("value", canary.ALL)
@pytest.mark.parametrize("end", ["", "\n"], ids=["as it is", "with a line feed"])
def test_a_refusal_that_holds_a_value_is_not_told(
    value: str, end: str, server: RecordingServer, gateway_to: Open
) -> None:
    encoded = base64.b64encode(f"{value}{end}".encode()).decode()
    known = {"resources": [{"name": "secrets", "kind": "Secret", "namespaced": True}]}
    server.on("/api/v1", Reply(body=known))
    server.on("/api/v1/namespaces/shop/secrets/source", Reply(body={"data": {"key": encoded, "token": encoded}}))
    objects = Objects(gateway_to(server))

    for words in (f"no: {value}{end} is bad", f"data was {encoded}", f"{value}{end}"):
        refusal = status(400, "BadRequest", words)
        server.on("/api/v1/namespaces/shop/secrets/datadog-secret", Reply(status=400, body=refusal))
        with pytest.raises(ApiError, match="not shown") as caught:
            objects.apply_secret(EMPTY, COPY)
        told = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
        assert canary.found_in(told.encode()) == []


def test_admission_that_repeats_a_value_is_not_repeated(objects: Objects, cluster: Cluster) -> None:
    cluster.secret("source", "shop", VALUES)
    _refuse_secrets(cluster, "'no: ' + object.data['token']")

    def refused() -> ApiError | None:
        try:
            objects.apply_secret(EMPTY, COPY, dry_run=True)
        except ApiError as error:
            return error
        return None

    error = cluster.wait_for(refused, what="Secrets are refused")

    assert "secret/datadog-secret -n shop" in error.message
    assert "not shown" in error.message
    told = "".join(traceback.format_exception(error)) + repr(error) + str(error)
    assert canary.found_in(told.encode()) == []


def test_what_admission_says_otherwise_is_told(objects: Objects, cluster: Cluster) -> None:
    cluster.secret("source", "shop", VALUES)
    _refuse_secrets(cluster, "'Secrets need an owner label'")

    def told() -> bool:
        """The server may act by the last test's policy for a moment."""
        try:
            objects.apply_secret(EMPTY, COPY, dry_run=True)
        except ApiError as error:
            return "Secrets need an owner label" in error.message
        return False

    assert cluster.wait_for(told, what="the reason is told")


def _refuse_secrets(cluster: Cluster, expression: str) -> None:
    rules = [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["secrets"]}]
    group = "admissionregistration.k8s.io/v1"
    cluster.apply(
        [
            {
                "apiVersion": group,
                "kind": "ValidatingAdmissionPolicy",
                "metadata": {"name": "no-secrets"},
                "spec": {
                    "failurePolicy": "Fail",
                    "matchConstraints": {"resourceRules": rules},
                    "validations": [
                        {"expression": "object.metadata.name != 'datadog-secret'", "messageExpression": expression}
                    ],
                },
            },
            {
                "apiVersion": group,
                "kind": "ValidatingAdmissionPolicyBinding",
                "metadata": {"name": "no-secrets"},
                "spec": {"policyName": "no-secrets", "validationActions": ["Deny"]},
            },
        ]
    )


# --- rights

RBAC = "rbac.authorization.k8s.io"


def change(op: Op, kind: str, name: str, *, group: str = RBAC, namespace: str = "", **more: Any) -> Change:
    api_version = f"{group}/v1" if group else "v1"
    named = PlannedObject(api_version=api_version, kind=kind, namespace=namespace, name=name)
    return Change(object=named, op=op, why="", **more)


def lacks(cluster: Cluster, name: str, rules: list[Any], *changes: Change) -> tuple[str, ...]:
    """What a user with these rules lacks."""
    with _gateway(cluster.user(name, rules=rules)) as gateway:
        return missing_rights(Objects(gateway), changes)


def test_what_is_lacking_is_told_as_kubectl_takes_it(cluster: Cluster) -> None:
    wanted = (
        change(Op.CREATE, "Service", "a", group="", namespace="datadog"),
        change(Op.CREATE, "Service", "b", group="", namespace="datadog"),
        change(Op.UPDATE, "ClusterRole", "c"),
        change(Op.DELETE, "MutatingAdmissionPolicy", "d", group="admissionregistration.k8s.io"),
        change(Op.SAME, "ClusterRole", "e"),
    )

    assert lacks(cluster, "nobody", [], *wanted) == (
        "create services -n datadog",
        "patch services -n datadog",
        "patch clusterroles.rbac.authorization.k8s.io",
        "delete mutatingadmissionpolicies.admissionregistration.k8s.io",
    )
    allowed = [
        rule("create patch", "services"),
        rule("patch", "clusterroles", RBAC),
        rule("delete", "mutatingadmissionpolicies", "admissionregistration.k8s.io"),
    ]
    assert lacks(cluster, "somebody", allowed, *wanted) == ()


def test_rights_for_one_name_suffice_as_they_do_for_an_apply(objects: Objects, cluster: Cluster) -> None:
    kubeconfig = cluster.user("named", rules=[rule("create patch", "configmaps", names=["x"])])

    with _gateway(kubeconfig) as gateway:
        named = Objects(gateway)
        assert missing_rights(named, [change(Op.CREATE, "ConfigMap", "x", group="", namespace="shop")]) == ()
        assert missing_rights(named, [change(Op.CREATE, "ConfigMap", "y", group="", namespace="shop")]) == (
            "create configmaps -n shop",
            "patch configmaps -n shop",
        )
        named.apply(MAP)  # so it is: what the review says is what the server does


def test_a_policy_that_is_replaced_must_be_changed_deleted_and_put_back(cluster: Cluster) -> None:
    policies = ("MutatingAdmissionPolicy", "old")
    goes = change(Op.DELETE, *policies, group="admissionregistration.k8s.io", backup="./old.yaml")
    where = "mutatingadmissionpolicies.admissionregistration.k8s.io"

    assert lacks(cluster, "nobody", [], goes) == tuple(f"{verb} {where}" for verb in ("patch", "delete", "create"))


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([rule("escalate", "clusterroles", RBAC)], (f"bind clusterroles.{RBAC}/{CLUSTER_ROLE}",)),
        ([rule("escalate bind", "clusterroles", RBAC)], ()),
        ([rule("bind", "clusterroles", RBAC, names=[CLUSTER_ROLE])], ()),
        ([], ()),
    ],
    ids=["escalate alone", "both", "bind by name", "neither: then all of the role's rights are held"],
)
def test_a_binding_whose_role_is_not_there_yet(
    rules: list[Any], expected: tuple[str, ...], cluster: Cluster
) -> None:
    rights = [*rules, rule("create patch", "clusterrolebindings", RBAC)]
    binding = change(Op.CREATE, "ClusterRoleBinding", "b", validated=False)

    assert lacks(cluster, "binder", rights, binding) == expected


def test_the_cluster_is_asked_only_by_reviews(cluster: Cluster) -> None:
    lacks(cluster, "asker", [], change(Op.CREATE, "ClusterRole", "c"))

    written = [one for one in cluster.audit("asker") if one["verb"] in ("create", "patch", "delete")]
    assert {one["objectRef"]["resource"] for one in written} == {"selfsubjectaccessreviews"}


def test_deleting_what_is_not_there_is_told_by_the_gateway(objects: Objects) -> None:
    with pytest.raises(NotFoundError):
        objects.gateway.delete(PATH)
