"""What becomes of one object, from what the server says."""

from __future__ import annotations

from typing import Any

import pytest

from kubectl_ddfargate.model.objects import MANAGED_BY, MANAGER
from kubectl_ddfargate.model.plan import Change, Op
from kubectl_ddfargate.plan.compare import blocked, change_for, conflict, foreign, unvalidated
from tests.plan.objects import desired, ours, secret, service


def test_what_is_not_there_is_created() -> None:
    change = change_for(desired(), None, service(**ours(), uid="1", creationTimestamp="now"))

    assert (change.op, change.validated, change.why) == (Op.CREATE, True, "because")
    assert change.diff.startswith("--- live/v1.Service.datadog.fixed\n+++ merged/v1.Service.datadog.fixed\n")
    assert "+  - port: 5005\n" in change.diff
    assert "\n-" not in change.diff
    for noise in ("uid", "creationTimestamp", "managedFields"):
        assert noise not in change.diff


@pytest.mark.parametrize(
    "noise",
    [{"resourceVersion": "2"}, {"generation": 2}, {"uid": "2"}, {"managedFields": []}, {"creationTimestamp": "x"}],
    ids=str,
)
def test_what_the_server_keeps_for_itself_is_no_difference(noise: dict[str, Any]) -> None:
    answered = {**service(**{**ours(), **noise}), "status": {"loadBalancer": {}}}
    change = change_for(desired(), service(**ours()), answered)

    assert (change.op, change.diff) == (Op.SAME, "")


@pytest.mark.parametrize(
    ("written", "operation", "op"),
    [("v1beta1", "Apply", Op.UPDATE), ("v1", "Apply", Op.SAME), ("v1beta1", "Update", Op.SAME)],
)
def test_what_was_written_by_an_older_version_is_written_anew(written: str, operation: str, op: Op) -> None:
    fields = [{"manager": MANAGER, "operation": operation, "apiVersion": written}]
    change = change_for(desired(), service(**ours(managedFields=fields)), service(**ours()))

    assert (change.op, change.diff) == (op, "")
    assert ("was written as v1beta1, now as v1" in change.why) is (op is Op.UPDATE)


def test_a_difference_is_an_update_with_its_diff() -> None:
    change = change_for(desired(), service(443, **ours()), service(**ours()))

    assert change.op is Op.UPDATE
    assert "-  - port: 443\n+  - port: 5005\n" in change.diff


def test_labels_and_annotations_are_differences() -> None:
    assert change_for(desired(), service(labels={}), service(labels={"a": "b"})).op is Op.UPDATE
    assert change_for(desired(), service(annotations={"a": "1"}), service(annotations={"a": "2"})).op is Op.UPDATE


def test_what_somebody_else_applied_just_so_is_the_same() -> None:
    marked: dict[str, Any] = {"labels": {MANAGED_BY: MANAGER}, "managedFields": [{"manager": "argocd-controller"}]}
    change = change_for(desired(), service(**marked), service(**ours()))

    assert (change.op, change.owner) == (Op.SAME, "argocd")


@pytest.mark.parametrize(
    ("fields", "who"),
    [([], "another hand"), ([{"manager": "kubectl-client-side-apply"}], "kubectl-client-side-apply")],
)
def test_what_was_applied_by_hand_with_our_label_is_said_to_stay_so(fields: list[Any], who: str) -> None:
    live = service(labels={MANAGED_BY: MANAGER}, managedFields=fields)
    change = change_for(desired(), live, service(**ours()))

    assert change.op is Op.SAME
    assert change.why == f"because; applied by {who}, used as it is, and left there by uninstall"
    assert change_for(desired(), service(**ours()), service(**ours())).why == "because"


def test_what_cannot_be_asked_yet_says_so() -> None:
    change = unvalidated(desired())

    assert (change.op, change.validated) == (Op.CREATE, False)
    assert "+  - port: 5005" in change.diff


def test_what_is_blocked_says_why() -> None:
    assert (blocked(desired(), "no").op, blocked(desired(), "no").message) == (Op.BLOCKED, "no")


def test_a_conflict_names_each_manager_with_its_fields() -> None:
    change = conflict(desired(), service(), (("helm", (".spec.a", ".spec.b")), ("kubectl-edit", (".spec.c",))))

    assert (change.op, change.owner) == (Op.CONFLICT, "helm, kubectl-edit")
    assert "helm holds .spec.a, .spec.b; kubectl-edit holds .spec.c" in change.message
    assert "--force-conflicts" in change.message


def test_an_object_of_our_name_that_is_not_ours() -> None:
    change = foreign(desired(), service(labels={"app.kubernetes.io/managed-by": "Helm"}))

    assert change is not None
    assert (change.op, change.owner) == (Op.CONFLICT, "helm")
    assert "helm" in change.message


@pytest.mark.parametrize(
    "metadata",
    [{"labels": {MANAGED_BY: MANAGER}}, {"managedFields": [{"manager": MANAGER, "operation": "Apply"}]}],
    ids=["our label", "our fields"],
)
def test_what_is_ours_is_not_foreign(metadata: dict[str, Any]) -> None:
    assert foreign(desired(), service(**metadata)) is None


def test_our_name_by_another_operation_is_foreign() -> None:
    """`kubectl create --field-manager` with our name is not what we apply."""
    update = [{"manager": MANAGER, "operation": "Update"}]
    assert foreign(desired(), service(managedFields=update)) is not None


def test_fields_in_the_object_of_somebody_else_are_never_foreign() -> None:
    assert foreign(desired(owned=False), service(labels={"app.kubernetes.io/managed-by": "Helm"})) is None


def _secret_change(before: dict[str, str], after: dict[str, str]) -> Change:
    return change_for(desired(secret()), secret(**before), secret(**after))


def test_a_secret_that_changed_shows_which_keys_and_no_mark() -> None:
    change = _secret_change({"a": "32 x", "b": "32 y", "c": "32 z"}, {"a": "32 x", "b": "32 w", "d": "32 v"})

    assert change.op is Op.UPDATE
    assert "   a: (value not shown)\n" in change.diff
    assert "-  b: (value not shown, before)\n" in change.diff
    assert "+  b: (value not shown, after)\n" in change.diff
    assert "-  c: (value not shown, before)\n" in change.diff
    assert "+  d: (value not shown, after)\n" in change.diff
    assert "32 " not in change.diff


def test_a_secret_of_equal_marks_is_the_same() -> None:
    assert _secret_change({"a": "32 x"}, {"a": "32 x"}).op is Op.SAME
