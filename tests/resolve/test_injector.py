"""The choice of the injector, over what clusters have."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.model.design import DatadogOwner
from kubectl_ddfargate.model.plan import NoteLevel
from kubectl_ddfargate.model.settings import Given, InstallSettings
from kubectl_ddfargate.model.snapshot import Snapshot, Unread
from kubectl_ddfargate.resolve.desk import Desk
from kubectl_ddfargate.resolve.engines import Engines, KyvernoEngine, PolicyKind, Present, carried_out
from kubectl_ddfargate.resolve.injector import Choice, settle_injector
from tests.resolve.clusters import (
    GROUPS,
    OURS,
    blocks,
    cluster_agent,
    designed,
    meta,
    settled,
    texts,
    usual,
    workload,
)

V1 = "admissionregistration.k8s.io/v1"
MUTATING = PolicyKind("MutatingPolicy", "policies.kyverno.io/v1")
CLASSIC = PolicyKind("ClusterPolicy", "kyverno.io/v1")
BOTH = KyvernoEngine("kyverno", (MUTATING, CLASSIC))
DOWN = KyvernoEngine("kyverno", (MUTATING, CLASSIC), "no lease for 200 s")
GONE = KyvernoEngine("kyverno", (MUTATING, CLASSIC), "deployment/d -n kyverno is scaled to 0", gone=True)
OPERATOR = DatadogOwner("operator", "datadog", "datadog")


def choose(engines: Engines, **settings: Any) -> tuple[Choice | None, list[str]]:
    desk = Desk(Index(Snapshot()), Given(msgspec.convert(settings, InstallSettings)))
    choice = settle_injector(desk, engines)
    return choice, [note.text for note in desk.notes if note.level is NoteLevel.BLOCK]


@pytest.mark.parametrize(
    ("engines", "injector", "kind", "why"),
    [
        (Engines(V1, BOTH, OPERATOR), "admission-policy", "MutatingAdmissionPolicy", "nothing to start first"),
        (Engines(None, BOTH, OPERATOR), "kyverno", "MutatingPolicy", "Kyverno answers in namespace kyverno"),
        (Engines(None, KyvernoEngine("kyverno", (CLASSIC,))), "kyverno", "ClusterPolicy", "ClusterPolicy v1"),
        (Engines(None, DOWN, OPERATOR), "datadog", "DatadogAgent", "the Datadog Operator is there"),
        (Engines(None, None, OPERATOR), "datadog", "DatadogAgent", "does not serve MutatingAdmissionPolicy v1"),
        (
            Engines(V1, BOTH, OPERATOR, (Present("MutatingPolicy", "ddfargate-agent-sidecar", ours=True),)),
            "kyverno",
            "MutatingPolicy",
            "our MutatingPolicy/ddfargate-agent-sidecar is there already",
        ),
        (
            Engines(V1, BOTH, OPERATOR, (Present("ClusterPolicy", "add-datadog"),)),
            "kyverno",
            "MutatingPolicy",
            "ClusterPolicy/add-datadog injects already",
        ),
        (
            Engines(V1, BOTH, OPERATOR, (Present("MutatingWebhookConfiguration", "datadog-webhook"),)),
            "datadog",
            "DatadogAgent",
            "datadog-webhook injects already",
        ),
        (
            Engines(V1, None, None, (Present("MutatingWebhookConfiguration", "somebodys"),)),
            "admission-policy",
            "MutatingAdmissionPolicy",
            "nothing to start first",
        ),
        (
            Engines(V1, DOWN, None, (Present("ClusterPolicy", "add-datadog"),)),
            "admission-policy",
            "MutatingAdmissionPolicy",
            "nothing to start first",
        ),
        (
            Engines(
                V1,
                BOTH,
                None,
                (Present("ClusterPolicy", "theirs"), Present("MutatingAdmissionPolicy", "ours", ours=True)),
            ),
            "admission-policy",
            "MutatingAdmissionPolicy",
            "our MutatingAdmissionPolicy/ours is there already",
        ),
        (
            Engines(V1, GONE, OPERATOR, (Present("MutatingPolicy", "ours", ours=True),)),
            "admission-policy",
            "MutatingAdmissionPolicy",
            "our MutatingPolicy/ours does nothing: Kyverno in namespace kyverno does not answer: "
            "deployment/d -n kyverno is scaled to 0; the server serves MutatingAdmissionPolicy v1",
        ),
        (
            Engines(V1, KyvernoEngine("kyverno", ()), None, (Present("ClusterPolicy", "ours", ours=True),)),
            "admission-policy",
            "MutatingAdmissionPolicy",
            "our ClusterPolicy/ours does nothing: this Kyverno does not carry out a policy of a known kind",
        ),
        (
            Engines(
                V1,
                GONE,
                OPERATOR,
                (
                    Present("MutatingPolicy", "ours", ours=True),
                    Present("MutatingWebhookConfiguration", "datadog-webhook"),
                ),
            ),
            "admission-policy",
            "MutatingAdmissionPolicy",
            "our MutatingPolicy/ours does nothing",
        ),
        (
            Engines(None, BOTH, OPERATOR, (Present("MutatingAdmissionPolicy", "ours", ours=True),)),
            "kyverno",
            "MutatingPolicy",
            "our MutatingAdmissionPolicy/ours does nothing: this server does not serve MutatingAdmissionPolicy v1",
        ),
        (
            Engines(V1, BOTH, None, (Present("ClusterPolicy", "ours", ours=True),)),
            "kyverno",
            "MutatingPolicy",
            "our ClusterPolicy/ours is there already",
        ),
    ],
)
def test_auto(engines: Engines, injector: str, kind: str, why: str) -> None:
    choice, problems = choose(engines)

    assert problems == []
    assert choice is not None
    assert (choice.injector, choice.policy.kind) == (injector, kind)
    assert why in choice.why


@pytest.mark.parametrize(
    ("settings", "kind"),
    [
        ({"injector": "kyverno"}, MUTATING),
        ({"injector": "kyverno", "kyvernoKind": "ClusterPolicy"}, CLASSIC),
        ({"kyvernoKind": "ClusterPolicy"}, CLASSIC),
        ({"injector": "datadog"}, PolicyKind("DatadogAgent", "datadoghq.com/v2alpha1")),
        ({"injector": "admission-policy"}, PolicyKind("MutatingAdmissionPolicy", V1)),
    ],
)
def test_what_is_asked_for(settings: dict[str, str], kind: PolicyKind) -> None:
    choice, problems = choose(Engines(V1, BOTH, OPERATOR), **settings)

    assert problems == []
    assert choice is not None
    assert choice.policy == kind


@pytest.mark.parametrize(
    ("engines", "settings", "parts"),
    [
        (
            Engines(),
            {},
            ("nothing in this cluster can inject", "Kyverno is not installed", "install Kyverno"),
        ),
        (
            Engines(None, DOWN),
            {},
            ("Kyverno in namespace kyverno does not answer: no lease for 200 s",),
        ),
        (
            Engines(None, BOTH),
            {"injector": "admission-policy"},
            ("does not serve MutatingAdmissionPolicy v1", "or use --injector kyverno"),
        ),
        (
            Engines(V1, None),
            {"injector": "kyverno"},
            ("Kyverno is not installed", "or use --injector admission-policy"),
        ),
        (
            Engines(V1, DOWN),
            {"injector": "kyverno"},
            ("does not answer: no lease for 200 s", "bring Kyverno up again"),
        ),
        (
            Engines(V1, KyvernoEngine("kyverno", (CLASSIC,))),
            {"injector": "kyverno", "kyvernoKind": "MutatingPolicy"},
            ("does not carry out MutatingPolicy (it does: ClusterPolicy kyverno.io/v1)", "another --kyverno-kind"),
        ),
        (
            Engines(V1),
            {"injector": "datadog"},
            ("the cluster agent is of neither the Datadog Operator nor Helm",),
        ),
        (
            Engines(V1, DOWN, OPERATOR, (Present("MutatingPolicy", "ours", ours=True),)),
            {},
            (
                "our MutatingPolicy/ours is there already",
                "does not answer: no lease for 200 s",
                "bring Kyverno up again, or use --injector admission-policy",
            ),
        ),
        (
            Engines(None, DOWN, OPERATOR, (Present("ClusterPolicy", "ours", ours=True),)),
            {},
            ("our ClusterPolicy/ours is there already", "does not answer", "or use --injector datadog"),
        ),
        (
            Engines(None, GONE, OPERATOR, (Present("ClusterPolicy", "ours", ours=True),)),
            {},
            ("our ClusterPolicy/ours is there already", "is scaled to 0", "or use --injector datadog"),
        ),
        (
            Engines(None, None, OPERATOR, (Present("MutatingAdmissionPolicy", "ours", ours=True),)),
            {},
            ("our MutatingAdmissionPolicy/ours is there already", "does not serve", "or use --injector datadog"),
        ),
        (
            Engines(None, DOWN, None, (Present("MutatingPolicy", "ours", ours=True),)),
            {},
            ("our MutatingPolicy/ours is there already", "does not answer"),
        ),
    ],
)
def test_what_is_not_possible(engines: Engines, settings: dict[str, str], parts: tuple[str, ...]) -> None:
    choice, problems = choose(engines, **settings)

    assert choice is None
    [text] = problems
    assert [part for part in parts if part not in text] == []


@pytest.mark.parametrize(
    ("serves", "version", "kinds"),
    [
        (["policies.kyverno.io/v1beta1", "policies.kyverno.io/v1"], "v1.19.1", [MUTATING]),
        (["policies.kyverno.io/v1beta1"], "v1.16.4", [PolicyKind("MutatingPolicy", "policies.kyverno.io/v1beta1")]),
        (["policies.kyverno.io/v1alpha1"], "v1.15.0", []),
    ],
)
def test_the_best_served_version_is_written(serves: list[str], version: str, kinds: list[PolicyKind]) -> None:
    assert list(carried_out(tuple(("MutatingPolicy", one) for one in serves), version)) == kinds


@pytest.mark.parametrize(("version", "works"), [("v1.19.1", True), ("v1.20.0", False), ("", True), (None, True)])
def test_cluster_policies_are_not_written_for_engines_that_ignore_them(version: str | None, works: bool) -> None:
    assert bool(carried_out((("ClusterPolicy", "kyverno.io/v1"),), version)) is works


def test_discovery_that_was_refused_is_not_taken_for_an_answer() -> None:
    resolved = settled(usual(groups=None))

    assert resolved.design is None
    assert "what could inject is not known: cannot get /apis (discovery was refused)" in blocks(resolved)[0]


def test_without_the_native_kind_datadog_is_found_by_the_operators_label() -> None:
    design = designed(settled(usual(groups={})))

    assert (design.injector, design.datadog) == ("datadog", OPERATOR)


def test_a_release_of_helm_is_found() -> None:
    agent = cluster_agent(
        labels={"app.kubernetes.io/managed-by": "Helm", "app.kubernetes.io/instance": "dd"},
    )
    for one in (
        agent["deployments"][0]["spec"]["template"]["metadata"],
        agent["cluster-agent-pods"][0]["metadata"],
    ):
        one["labels"] = {"agent.datadoghq.com/component": "cluster-agent"}
    design = designed(settled(usual(agent=agent), injector="datadog"))

    assert design.datadog == DatadogOwner("helm", "datadog", "dd")


def test_datadogs_webhook_needs_no_image_of_ours() -> None:
    agent = cluster_agent(image="mirror.example/dca:1")

    assert designed(settled(usual(agent=agent), injector="datadog")).agent.image == ""


KYVERNO_GROUPS = {"policies.kyverno.io/v1beta1": ["mutatingpolicies"], "kyverno.io/v1": ["clusterpolicies"]}
POLICY_WEBHOOK = "kyverno-policy-mutating-webhook-cfg"


def with_kyverno(*, alive: bool) -> Snapshot:
    """A cluster with Kyverno in a namespace of its own, a pod of which runs on Fargate."""
    call = {"name": "w", "clientConfig": {"service": {"namespace": "guards", "name": "kyverno-svc"}}}
    webhooks = [{"metadata": {"name": POLICY_WEBHOOK}, "webhooks": [call]}] if alive else []
    engine = workload("kyverno-admission-controller", "guards", labels={"app": "kyverno"})
    return usual({"mutatingwebhookconfigurations": webhooks}, engine, groups=KYVERNO_GROUPS)


def test_a_kyverno_that_answers_is_found_and_never_a_target() -> None:
    design = designed(settled(with_kyverno(alive=True)))

    assert (design.injector, design.policy_kind) == ("kyverno", "MutatingPolicy")
    assert design.policy_api_version == "policies.kyverno.io/v1beta1"
    assert design.scope.namespaces == ("kube-system", "shop")


def test_a_kyverno_that_does_not_answer_is_told() -> None:
    [text] = blocks(settled(with_kyverno(alive=False), injector="kyverno"))

    assert f"does not answer: there is no MutatingWebhookConfiguration/{POLICY_WEBHOOK}" in text


def test_our_own_policy_is_found_by_its_label() -> None:
    ours = {"metadata": meta("ddfargate-agent-sidecar", labels=OURS), "spec": {}}

    resolved = settled(usual({"mutatingadmissionpolicies": [ours]}))

    assert resolved.injector_why == "our MutatingAdmissionPolicy/ddfargate-agent-sidecar is there already"


def test_policies_that_may_not_be_read_stop_the_plan() -> None:
    refused = Unread(resource="mutatingadmissionpolicies", verb="list", reason="forbidden")

    resolved = settled(usual(unread=[refused]))

    assert resolved.design is None
    assert "what injects already is not known: cannot list mutatingadmissionpolicies" in blocks(resolved)[0]


WITH_OPERATOR = {**GROUPS, "datadoghq.com/v2alpha1": ["datadogagents"]}
NO_DATADOG_AGENTS = Unread(resource="datadogagents", verb="list", reason="forbidden")


def test_a_datadog_agent_that_may_not_be_read_is_a_note_where_another_injects() -> None:
    resolved = settled(usual(groups=WITH_OPERATOR, unread=[NO_DATADOG_AGENTS]))

    assert designed(resolved).injector == "admission-policy"
    [text] = [one for one in texts(resolved, NoteLevel.INFO) if "datadogagents" in one]
    assert text.startswith("cannot list datadogagents")
    assert "the injector admission-policy does not need it" in text


@pytest.mark.parametrize(
    ("groups", "settings"),
    [(WITH_OPERATOR, {"injector": "datadog"}), ({"datadoghq.com/v2alpha1": ["datadogagents"]}, {})],
)
def test_it_stops_the_plan_where_datadogs_own_injection_is_all_there_is(
    groups: dict[str, list[str]], settings: dict[str, Any]
) -> None:
    resolved = settled(usual(groups=groups, unread=[NO_DATADOG_AGENTS]), **settings)

    assert resolved.design is None
    [text] = blocks(resolved)
    assert "cannot list datadogagents" in text
