"""Which cluster agent, and which image goes with it."""

from __future__ import annotations

import pytest

from kubectl_ddfargate.model.plan import NoteLevel
from kubectl_ddfargate.model.snapshot import Unread
from tests.cluster import canary
from tests.resolve.clusters import (
    BASICS,
    CLUSTER_AGENT_LABELS,
    COREDNS,
    WEB,
    blocks,
    cluster_agent,
    designed,
    secret,
    settled,
    snapshot,
    texts,
    usual,
)

SECRETS = {
    "secrets": [
        secret("datadog-keys", "observability", {"api-key": canary.API_KEY}),
        secret("datadog-token", "observability", {"token": canary.TOKEN}),
    ]
}
OTHER = {key: value for key, value in cluster_agent(namespace="observability").items() if key != "services"}


def test_no_cluster_agent_says_what_was_searched() -> None:
    resolved = settled(snapshot(BASICS, COREDNS, WEB))

    assert resolved.design is None
    [text] = blocks(resolved)
    assert "no pod with the label agent.datadoghq.com/component=cluster-agent, and no Deployment" in text
    assert "--cluster-agent NS/NAME" in text


def test_it_is_not_missing_where_it_may_not_be_read() -> None:
    refused = Unread(resource="pods", key="cluster-agent-pods", verb="list", reason="forbidden")

    texts_ = blocks(settled(snapshot(BASICS, COREDNS, WEB, unread=[refused])))

    assert any("the cluster agent is not known: cannot list pods (forbidden)" in text for text in texts_)


def test_one_of_several_is_taken_and_said() -> None:
    resolved = settled(usual(OTHER, SECRETS))

    assert designed(resolved).fixed_service.namespace == "datadog"  # type: ignore[union-attr]
    assert (
        "there are several cluster agents; deployment/datadog-cluster-agent -n datadog is taken"
        in (texts(resolved, NoteLevel.WARNING)[0])
    )


@pytest.mark.parametrize(
    "named", [{"namespace": "observability"}, {"namespace": "observability", "name": "datadog-cluster-agent"}]
)
def test_the_named_one_is_taken(named: dict[str, str]) -> None:
    resolved = settled(usual(OTHER, SECRETS), clusterAgent=named)

    assert designed(resolved).fixed_service.namespace == "observability"  # type: ignore[union-attr]
    assert texts(resolved, NoteLevel.WARNING) == []


def test_a_deployment_of_any_name_and_image_may_be_named() -> None:
    hidden = cluster_agent(image="mirror.example/dca:3", env=())
    hidden["deployments"][0]["spec"]["template"]["metadata"]["labels"] = {"app": "dca"}
    hidden["deployments"][0]["spec"]["selector"]["matchLabels"] = {"app": "dca"}
    hidden["deployments"][0]["spec"]["template"]["spec"]["containers"][0]["name"] = "main"
    odd = snapshot(BASICS, {"deployments": hidden["deployments"]}, COREDNS, WEB)

    assert "no cluster agent was found" in blocks(settled(odd))[0]
    found = settled(
        odd,
        clusterAgent={"namespace": "datadog", "name": "datadog-cluster-agent", "port": 6005},
        clusterName="prod",
        agent={"image": "mirror.example/agent:3"},
        secrets={"mode": "none"},
    )
    fixed = designed(found).fixed_service
    assert fixed is not None
    assert (dict(fixed.selector), fixed.port) == ({"app": "dca"}, 6005)


def test_a_wrong_name_is_told_with_the_right_ones() -> None:
    [text] = blocks(settled(usual(), clusterAgent={"namespace": "datadogg"}))

    assert text == "there is no cluster agent datadogg/*\nnext: name one of: datadog/datadog-cluster-agent"


def test_selector_and_port_are_its_own() -> None:
    env = [{"name": "DD_CLUSTER_AGENT_CMD_PORT", "value": "5995"}]
    fixed = designed(
        settled(usual(agent=cluster_agent(env=env)), clusterName="p", secrets={"mode": "none"})
    ).fixed_service

    assert fixed is not None
    assert (dict(fixed.selector), fixed.port) == (CLUSTER_AGENT_LABELS, 5995)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("registry.datadoghq.com/cluster-agent:7.81.1", "registry.datadoghq.com/agent:7.81.1"),
        ("datadog/cluster-agent:7.81.1-fips", "datadog/agent:7.81.1-fips"),
        ("mirror.example:5000/dd/cluster-agent:v7.81.1", "mirror.example:5000/dd/agent:v7.81.1"),
        ("gcr.io/datadoghq/cluster-agent:7.81.1@sha256:" + "0" * 64, "gcr.io/datadoghq/agent:7.81.1"),
    ],
)
def test_the_image_is_of_the_same_registry_and_version(theirs: str, ours: str) -> None:
    assert designed(settled(usual(agent=cluster_agent(image=theirs)))).agent.image == ours


@pytest.mark.parametrize(
    ("theirs", "why"),
    [
        ("gcr.io/datadoghq/cluster-agent@sha256:" + "0" * 64, "it is pinned by a digest"),
        ("mirror.example/datadog-dca:7.81.1", "its name is not cluster-agent"),
        ("gcr.io/datadoghq/cluster-agent:latest", "latest is no version"),
        ("gcr.io/datadoghq/cluster-agent:1.22.0", "1.22.0 is no version"),
        ("gcr.io/datadoghq/cluster-agent", "it has no version"),
    ],
)
def test_an_image_that_cannot_be_told_is_asked_for(theirs: str, why: str) -> None:
    state = usual(agent=cluster_agent(image=theirs))

    [text] = blocks(settled(state))
    assert why in text
    assert "--agent-image" in text
    assert designed(settled(state, agent={"image": "my/agent:7"})).agent.image == "my/agent:7"
