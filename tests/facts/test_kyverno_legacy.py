"""Policies of the kinds that Kyverno carries out up to 1.19: stored in a later one, they inject nothing."""

from __future__ import annotations

import pytest

from kubectl_ddfargate.checks import BY_ID
from kubectl_ddfargate.checks.runner import run_checks
from kubectl_ddfargate.facts.foreign_policies import foreign_injectors
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.facts.kyverno import carries_out_legacy
from kubectl_ddfargate.facts.kyverno_gains import gains_effect
from kubectl_ddfargate.facts.kyverno_injectors import ignored_injectors, kyverno_injectors
from kubectl_ddfargate.model.report import Severity, Status
from tests.facts.kyverno_clusters import COREDNS, WEB, index_of, kyverno_deployment, proof
from tests.facts.test_foreign_policies import STORY

NAMESPACED = STORY.replace("kind: ClusterPolicy", "kind: Policy").replace(
    "{name: add-datadog-sidecar}", "{name: of-kube-system, namespace: kube-system}"
)


def cluster(tag: str, text: str = STORY) -> Index:
    """CoreDNS and the shop, and this policy under a Kyverno with this tag of its image."""
    controller = kyverno_deployment(image=f"reg.kyverno.io/kyverno/kyverno{tag}")
    return index_of(text, controller=controller, proofs=(proof(COREDNS), proof(WEB)))


@pytest.mark.parametrize(
    ("version", "works"),
    [("v1.19.1", True), ("1.19", True), ("v1.20.0", False), ("v1.20.0-rc.1", False), ("v2.0.0", False),
     ("latest", True), ("", True), (None, True)],
)  # fmt: skip
def test_which_versions_carry_them_out(version: str | None, works: bool) -> None:
    assert carries_out_legacy(version) is works


@pytest.mark.parametrize("text", [STORY, NAMESPACED])
@pytest.mark.parametrize(("tag", "counts"), [(":v1.19.1", True), (":v1.20.2", False), ("@sha256:ab", True)])
def test_a_stored_policy_counts_where_its_kind_is_carried_out(tag: str, counts: bool, text: str) -> None:
    index = cluster(tag, text)
    assert bool(kyverno_injectors(index, COREDNS)) is counts
    assert bool(ignored_injectors(index, COREDNS)) is not counts
    assert bool(foreign_injectors(index, [COREDNS])) is counts
    assert bool(gains_effect(index, ["kube-system"])) is counts
    assert ignored_injectors(index, WEB) == kyverno_injectors(index, WEB) == ()


def test_a_kyverno_without_a_deployment_is_of_no_known_version() -> None:
    assert kyverno_injectors(index_of(STORY), COREDNS) != ()


def test_doctor_names_the_policy_and_not_what_follows_from_it() -> None:
    outcome = run_checks(cluster(":v1.20.2"), [BY_ID[id_] for id_ in ("DDF301", "DDF306", "DDF319")])
    found = {finding.id: finding for finding in outcome.findings}
    assert [one.name for one in found["DDF306"].subjects] == ["add-datadog-sidecar", "coredns"]
    assert "Kyverno v1.20.2 ignores ClusterPolicy/add-datadog-sidecar" in found["DDF306"].message
    assert found["DDF306"].fix.commands == ("kubectl get clusterpolicies.kyverno.io/add-datadog-sidecar -o yaml",)
    assert found.keys() == {"DDF306"}  # and not that nothing injects, nor that others are left out


@pytest.mark.parametrize("tag", [":v1.17.0", ":v1.19.1", ":latest"])
def test_doctor_warns_where_they_are_deprecated(tag: str) -> None:
    (finding,) = run_checks(cluster(tag), [BY_ID["DDF306"]]).findings
    assert finding.severity is Severity.WARNING
    assert [one.name for one in finding.subjects] == ["add-datadog-sidecar", "coredns"]
    assert finding.message.startswith("ClusterPolicy/add-datadog-sidecar is of a deprecated kind")


@pytest.mark.parametrize("tag", [":v1.16.4", ":1.12"])
def test_doctor_is_content_where_they_are_not(tag: str) -> None:
    outcome = run_checks(cluster(tag), [BY_ID["DDF306"]])
    assert outcome.findings == []
    assert outcome.results[0].status is Status.PASS
