"""Who has exactly the rights of docs/rbac.md, or those that `--print-rbac` prints, may do what they are for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
import yaml

from kubectl_ddfargate.checks import BY_ID, CHECKS, Check
from kubectl_ddfargate.checks.runner import run_checks
from kubectl_ddfargate.commands.doctor import DoctorOptions, read_cluster
from kubectl_ddfargate.commands.read_rights import READER, read_rights, reader_role
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.model.connection import ConnectionFlags
from tests.cluster.cluster import Cluster
from tests.cluster.reference import healthy_reference
from tests.cluster.users import rule
from tests.docs.rbac_page import EVERY, merged, needed
from tests.doctor.running import ddfargate
from tests.install.reference import bare

pytestmark = pytest.mark.computes

RBAC = "rbac.authorization.k8s.io"


def rules(rights: Mapping[str, set[str]]) -> list[Mapping[str, Any]]:
    found = []
    for resource, verbs in rights.items():
        plural, _, group = resource.partition(".")
        found.append(rule(" ".join(sorted(verbs)), plural, group))
    return found


def printed(*words: str) -> list[dict[str, Any]]:
    """The manifests of `--print-rbac`. No kubeconfig is there: no cluster can be asked."""
    run = ddfargate("doctor", "--print-rbac", *words)
    assert run.code == 0, run.err
    return list(yaml.safe_load_all(run.out))


def unknown(report: Mapping[str, Any]) -> dict[str, str]:
    return {check["id"]: check["reason"] for check in report["checks"] if check["status"] == "unknown"}


def test_these_rights_suffice_for_a_whole_round(cluster: Cluster) -> None:
    bare(cluster)
    rights = needed()
    every = merged(
        *(rights[name] for name in (EVERY, "install", "install --restart", "uninstall", "uninstall --restart"))
    )
    user = cluster.user("by-the-page", rules=[*rules(every), rule("escalate bind", "clusterroles", RBAC)])

    assert ddfargate("diff", kubeconfig=user).code == 1
    for words in (("install", "--restart", "--yes"), ("uninstall", "--restart", "--yes")):
        run = ddfargate(*words, kubeconfig=user)
        assert run.code == 0, run.out + run.err


def test_the_reads_suffice_for_doctor_and_a_right_less_is_told(cluster: Cluster) -> None:
    bare(cluster)
    reads = needed()[EVERY]
    reader = cluster.user("reader", rules=rules(reads))
    assert ddfargate("doctor", kubeconfig=reader).code == 1
    assert "unread: []" in ddfargate("doctor", "-o", "yaml", kubeconfig=reader).out.replace("\n  ", "")

    less = cluster.user("less", rules=rules({key: verbs for key, verbs in reads.items() if key != "services"}))
    told = ddfargate("doctor", kubeconfig=less).out
    assert "list services" in told
    assert "ask for the rights: python -m kubectl_ddfargate doctor --print-rbac" in told


@pytest.mark.parametrize("logs", [False, True])
def test_the_printed_role_suffices_and_nothing_of_it_can_be_left_out(cluster: Cluster, *, logs: bool) -> None:
    healthy_reference(cluster)
    words = ("--logs",) if logs else ()
    (role, *_) = printed(*words)
    reader = cluster.user("printed", rules=role["rules"])

    run = ddfargate("doctor", "-o", "json", *words, kubeconfig=reader)
    assert run.code == 0, run.out + run.err
    assert unknown(run.report) == {}
    # what is asked of the server in place of reading, and done without, is all that is lacking
    assert {entry["resource"] for entry in run.report["unread"]} <= {"subjectaccessreviews"}

    less = [one for one in role["rules"] if "endpointslices" not in one["resources"]]
    run = ddfargate("doctor", "-o", "json", *words, kubeconfig=cluster.user("one-rule-less", rules=less))
    assert run.code == 3
    assert "list endpointslices.discovery.k8s.io" in unknown(run.report)["DDF202"]


def test_with_what_proof_needs_it_is_proved(cluster: Cluster) -> None:
    healthy_reference(cluster)
    cluster.workload("left-out", "shop", labels={"app": "left-out", "compute-type": "Fargate"}, on_fargate=True)
    reader, prover, impersonator = printed()
    user = cluster.user("prover", rules=[*reader["rules"], *prover["rules"]])
    cluster.apply(impersonator)
    cluster.apply(
        {
            "apiVersion": f"{RBAC}/v1",
            "kind": "RoleBinding",
            "metadata": {"name": "prover", "namespace": "kube-system"},
            "roleRef": {"apiGroup": RBAC, "kind": "Role", "name": impersonator["metadata"]["name"]},
            "subjects": [{"apiGroup": RBAC, "kind": "User", "name": "prover"}],
        }
    )

    run = ddfargate("doctor", "--prove", "-o", "json", kubeconfig=user)

    assert run.report["unread"] == []
    assert unknown(run.report) == {}
    acted = {
        entry["impersonatedUser"]["username"] for entry in cluster.audit("prover") if "impersonatedUser" in entry
    }
    assert acted == {"system:serviceaccount:kube-system:replicaset-controller"}


def test_the_role_for_some_checks_is_smaller_and_suffices_for_them(cluster: Cluster) -> None:
    """Each check with its own role alone says what it says with all rights."""
    healthy_reference(cluster)
    whole = statuses(cluster.kubeconfig, CHECKS)
    roles: dict[str, list[Check]] = {}
    for check in CHECKS:
        roles.setdefault(str(read_rights([check])), []).append(check)
    for number, alike in enumerate(roles.values()):
        user = cluster.user(f"alike-{number}", rules=reader_role(alike)["rules"])
        mine = statuses(user, alike)
        assert mine == {check.id: whole[check.id] for check in alike}


def statuses(kubeconfig: Any, checks: Sequence[Check]) -> dict[str, str]:
    flags = ConnectionFlags(kubeconfig=str(kubeconfig))
    options = DoctorOptions(prove=False)
    snapshot, _ = read_cluster(flags, options, trace=None, progress=None, warn=lambda _: None)
    return {result.id: result.status.value for result in run_checks(Index(snapshot), checks).results}


def test_a_part_of_the_checks_needs_a_part_of_the_rights() -> None:
    some, *_ = printed("--check", "DDF502,DDF504")
    assert some == reader_role([BY_ID["DDF502"], BY_ID["DDF504"]])
    resources = {resource for one in some["rules"] for resource in one["resources"]}
    assert "secrets" in resources
    assert "endpointslices" not in resources
    without, *_ = printed("--skip-check", ",".join(check.id for check in CHECKS if check.id != "DDF502"))
    assert {tuple(one["resources"]) for one in without["rules"]} == {("pods",), ("replicasets",), ("jobs",)}


def test_the_reading_role_changes_nothing_and_what_proof_needs_stands_apart_with_its_reason() -> None:
    reader, prover, impersonator = printed("--logs")
    assert reader["metadata"]["name"] == READER
    assert {verb for one in reader["rules"] for verb in one["verbs"]} == {"get", "list"}
    assert {"apiGroups": [""], "resources": ["pods"], "verbs": ["create"]} in prover["rules"]
    assert impersonator["metadata"]["namespace"] == "kube-system"
    text = ddfargate("doctor", "--print-rbac").out
    assert text.replace("\n# ", " ").count("reason to refuse it") == 2


@pytest.mark.parametrize(
    "words", [("--example",), ("--from", "x"), ("--fix",), ("--wait",), ("deployment/coredns", "-n", "kube-system")]
)
def test_print_rbac_goes_with_the_choice_of_checks_alone(words: tuple[str, ...]) -> None:
    run = ddfargate("doctor", "--print-rbac", *words)
    assert run.code == 2
    assert "--print-rbac goes with" in run.err
