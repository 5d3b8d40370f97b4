"""Which Secrets are copied, from where, and what is in the way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import pytest

from kubectl_ddfargate.model.design import SecretCopy, SecretSource
from kubectl_ddfargate.model.plan import NoteLevel
from kubectl_ddfargate.model.snapshot import Unread
from tests.cluster import canary
from tests.resolve.clusters import (
    BASICS,
    CLUSTER_AGENT_ENV,
    COREDNS,
    OURS,
    WEB,
    Manifest,
    blocks,
    cluster_agent,
    designed,
    from_secret,
    secret,
    settled,
    snapshot,
    texts,
    usual,
    workload,
)

SOURCES = {
    "api-key": SecretSource("datadog", "datadog-keys", "api-key"),
    "token": SecretSource("datadog", "datadog-token", "token"),
}
BOTH = {"api-key": canary.API_KEY, "token": canary.TOKEN}


def shop_has(values: Mapping[str, str], labels: Mapping[str, str] | None = None) -> dict[str, list[Manifest]]:
    return {"secrets": [secret("datadog-secret", "shop", values, labels=labels)]}


def test_a_copy_for_each_namespace_from_what_the_cluster_agent_uses() -> None:
    design = designed(settled(usual()))

    assert design.secrets == (
        SecretCopy("kube-system", "datadog-secret", SOURCES),
        SecretCopy("shop", "datadog-secret", SOURCES),
    )
    assert [one.value for one in design.origins if one.name == "secrets.api-key"] == [
        "secret/datadog-keys -n datadog, key api-key"
    ]


def test_the_keys_of_the_operator_are_spelled_as_it_spells_them() -> None:
    env = [from_secret("DD_API_KEY", "operators", "api_key"), *CLUSTER_AGENT_ENV[:2], CLUSTER_AGENT_ENV[3]]
    theirs = secret("operators", "datadog", {"api_key": canary.API_KEY})
    design = designed(settled(usual({"secrets": [theirs]}, agent=cluster_agent(env=env))))

    assert design.secrets[0].sources["api-key"] == SecretSource("datadog", "operators", "api_key")


def test_our_own_copy_stays_ours() -> None:
    design = designed(settled(usual(shop_has(BOTH, OURS))))

    assert [copy.namespace for copy in design.secrets] == ["kube-system", "shop"]


def test_a_whole_secret_of_somebody_else_is_left_alone() -> None:
    resolved = settled(usual(shop_has(BOTH)))

    assert [copy.namespace for copy in designed(resolved).secrets] == ["kube-system"]
    assert texts(resolved, NoteLevel.INFO) == [
        "secret shop/datadog-secret is there already and is left alone: it is not ours"
    ]


def in_namespaces(values: Mapping[str, str], *namespaces: str) -> Any:
    """Workloads in these namespaces, each with a Secret of somebody else."""
    apps = [workload("app", place, labels={"app": place}) for place in namespaces]
    theirs = {"secrets": [secret("datadog-secret", place, values) for place in namespaces]}
    return snapshot(BASICS, cluster_agent(), COREDNS, *apps, theirs)


def test_secrets_that_are_left_alone_are_told_once() -> None:
    resolved = settled(in_namespaces(BOTH, "a", "b", "c"))

    assert [copy.namespace for copy in designed(resolved).secrets] == ["kube-system"]
    assert texts(resolved, NoteLevel.INFO) == [
        "3 secrets datadog-secret (in a, b, c) are there already and are left alone: they are not ours"
    ]


def test_stale_secrets_are_told_once() -> None:
    resolved = settled(in_namespaces({**BOTH, "token": canary.OTHER_TOKEN}, "a", "b"))

    assert texts(resolved, NoteLevel.WARNING) == [
        "2 secrets datadog-secret (in a, b) are not ours and are left alone, but their token is not what the "
        "cluster agent uses; delete them, and the next install makes copies"
    ]


def test_a_stale_secret_of_somebody_else_is_a_warning() -> None:
    resolved = settled(usual(shop_has({**BOTH, "token": canary.OTHER_TOKEN})))

    assert designed(resolved).secrets[0].namespace == "kube-system"
    [text] = texts(resolved, NoteLevel.WARNING)
    assert "its token is not what the cluster agent uses" in text


@pytest.mark.parametrize("values", [{"api-key": canary.API_KEY}, {"api-key": canary.API_KEY, "token": ""}])
def test_a_secret_of_somebody_else_that_lacks_a_key_stops_the_plan(values: dict[str, str]) -> None:
    [text] = blocks(settled(usual(shop_has(values))))

    assert text.startswith("secret shop/datadog-secret is not ours and lacks token")


@pytest.mark.parametrize(
    ("replaced", "problem"),
    [
        ({"name": "DD_API_KEY", "value": canary.API_KEY}, "has DD_API_KEY from no Secret"),
        (
            {"name": "DD_API_KEY", "valueFrom": {"configMapKeyRef": {"name": "c", "key": "k"}}},
            "has DD_API_KEY from no Secret",
        ),
        ({"name": "OTHER", "value": "x"}, "has no DD_API_KEY"),
        (from_secret("DD_API_KEY", "datadog-secret", "api-key"), "secret datadog/datadog-secret, from which"),
        (from_secret("DD_API_KEY", "datadog-keys", "api_key"), "has no key api_key"),
    ],
)
def test_a_source_that_is_none_stops_the_plan(replaced: Manifest, problem: str) -> None:
    env = [one for one in CLUSTER_AGENT_ENV if one["name"] != "DD_API_KEY"]
    resolved = settled(usual(agent=cluster_agent(env=[*env, replaced])))

    [note] = [note for note in resolved.notes if note.level is NoteLevel.BLOCK]
    assert problem in note.text
    assert "--secrets external" in note.text
    assert "kubectl create secret generic datadog-secret -n shop --from-file=api-key=api-key.txt" in "".join(
        note.commands
    )
    assert canary.API_KEY not in repr(resolved)


def test_a_refusal_is_told_as_the_right_that_lacks() -> None:
    refused = Unread(resource="secrets", verb="get", namespace="shop", reason="forbidden")
    state = usual()
    missing = [one for one in state.missing if one.namespace != "shop"]

    [text] = blocks(settled(msgspec.structs.replace(state, missing=missing, unread=[refused])))

    assert "whether shop has datadog-secret is not known: cannot get secrets -n shop (forbidden)" in text


def test_what_nobody_asked_for_is_not_missing() -> None:
    [*found] = blocks(settled(msgspec.structs.replace(usual(), missing=[])))

    assert len(found) == 2
    assert "cannot get secrets/datadog-secret -n kube-system (not asked for)" in found[0]


def test_none_makes_and_asks_for_nothing() -> None:
    resolved = settled(usual(), secrets={"mode": "none"})

    assert designed(resolved).secrets == ()
    assert "kube-system, shop" in texts(resolved, NoteLevel.INFO)[0]


def test_external_secrets_must_be_there() -> None:
    resolved = settled(usual(shop_has({"api-key": canary.API_KEY})), secrets={"mode": "external"})

    first, second = blocks(resolved)
    assert first.startswith("secret kube-system/datadog-secret must be there and is not (keys api-key and token)")
    assert second.startswith("secret shop/datadog-secret must be there and lacks token")


def test_external_secrets_that_are_there() -> None:
    there = {"secrets": [secret("datadog-secret", place, BOTH) for place in ("shop", "kube-system")]}
    design = designed(settled(usual(there), secrets={"mode": "external"}))

    assert [(copy.namespace, dict(copy.sources)) for copy in design.secrets] == [("kube-system", {}), ("shop", {})]


def test_a_store_makes_them() -> None:
    design = designed(settled(usual(), secrets={"mode": "external", "store": {"name": "vault", "token": "dd#t"}}))

    assert design.secret_mode == "external"
    assert design.secret_store is not None
    assert (design.secret_store.name, design.secret_store.token) == ("vault", "dd#t")
    assert len(design.secrets) == 2


def test_no_value_is_kept_anywhere() -> None:
    everything: Any = settled(snapshot(BASICS, cluster_agent(), COREDNS, WEB, shop_has(BOTH)))

    assert not [value for value in canary.ALL if value in repr(everything)]
