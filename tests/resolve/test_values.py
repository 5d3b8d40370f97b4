"""The cluster's name, the site, amounts and variables, each with where it came from."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from kubectl_ddfargate.model.kube.pods import PodSpec
from kubectl_ddfargate.model.snapshot import Proof
from tests.cluster import canary
from tests.resolve.clusters import (
    CLUSTER_AGENT_ENV,
    OURS,
    blocks,
    cluster_agent,
    designed,
    meta,
    settled,
    usual,
    workload,
)


def without(*names: str) -> Any:
    return cluster_agent(env=[one for one in CLUSTER_AGENT_ENV if one["name"] not in names])


def origin(resolved: Any, name: str) -> tuple[str, str]:
    [found] = [one for one in designed(resolved).origins if one.name == name]
    return found.value, found.source


def agent_named(name: str, workload_name: str = "served") -> Any:
    agent = {"name": "datadog-agent", "image": "datadog/agent:7"}
    agent["env"] = [{"name": "DD_CLUSTER_NAME", "value": name}]  # type: ignore[assignment]
    return workload(workload_name, "shop", labels={"app": workload_name}, containers=[{"name": "app"}, agent])


def test_from_the_cluster_agent() -> None:
    resolved = settled(usual())

    where = "deployment/datadog-cluster-agent -n datadog"
    assert origin(resolved, "clusterName") == ("prod-eu", where)
    assert origin(resolved, "site") == ("datadoghq.eu", where)


def test_as_given() -> None:
    sources = {"clusterName": "DDFARGATE_CLUSTER_NAME", "site": "--site"}
    resolved = settled(usual(), sources, clusterName="mine", site="ddog-gov.com")

    assert origin(resolved, "clusterName") == ("mine", "DDFARGATE_CLUSTER_NAME")
    assert origin(resolved, "site") == ("ddog-gov.com", "--site")


def test_the_name_from_the_agents_and_the_site_by_default() -> None:
    resolved = settled(usual(agent_named("from-agents"), agent=without("DD_CLUSTER_NAME", "DD_SITE")))

    assert origin(resolved, "clusterName") == ("from-agents", "deployment/served -n shop")
    assert origin(resolved, "site") == ("datadoghq.com", "default")


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ((), "and no agent knows it either"),
        ((agent_named("a"), agent_named("b", "other")), "the agents have a and b"),
    ],
)
def test_a_name_that_is_not_certain_is_asked_for(more: tuple[Any, ...], problem: str) -> None:
    resolved = settled(usual(*more, agent=without("DD_CLUSTER_NAME")))

    [text] = blocks(resolved)
    assert resolved.design is None
    assert problem in text
    assert "--cluster-name" in text


def test_a_value_that_is_not_read_is_not_guessed() -> None:
    hidden = {"name": "DD_SITE", "valueFrom": {"secretKeyRef": {"name": "datadog-keys", "key": "site"}}}
    env = [*(one for one in CLUSTER_AGENT_ENV if one["name"] != "DD_SITE"), hidden]

    [text] = blocks(settled(usual(agent=cluster_agent(env=env))))

    assert text.startswith("Datadog's site is not known: cannot read DD_SITE")
    assert text.endswith("give it with --site")


@pytest.mark.parametrize(
    ("said", "requests", "limits"),
    [
        ({}, ("200m", "256Mi"), ("200m", "256Mi")),
        ({"requests": {"cpu": "100m"}}, ("100m", "256Mi"), ("100m", "256Mi")),
        ({"limits": {"memory": "512Mi"}}, ("200m", "512Mi"), ("200m", "512Mi")),
        ({"requests": {"cpu": "100m"}, "limits": {"cpu": "1"}}, ("100m", "256Mi"), ("1", "256Mi")),
    ],
)
def test_requests_and_limits_follow_each_other(said: Any, requests: Any, limits: Any) -> None:
    agent = designed(settled(usual(), agent=said)).agent

    assert (agent.requests["cpu"], agent.requests["memory"]) == requests
    assert (agent.limits["cpu"], agent.limits["memory"]) == limits


@pytest.mark.parametrize(
    "said", [{"requests": {"cpu": "none"}}, {"requests": {"cpu": "none"}, "limits": {"cpu": "none"}}]
)
def test_no_cpu_is_neither_requested_nor_limited(said: Any) -> None:
    resolved = settled(usual(), sources={"agent.requests.cpu": "--agent-cpu"}, agent=said)
    agent = designed(resolved).agent

    assert dict(agent.requests) == dict(agent.limits) == {"memory": "256Mi"}
    assert origin(resolved, "agent.requests.cpu")[0] == "none"


def test_a_limit_without_a_request_is_a_request() -> None:
    resolved = settled(usual(), agent={"requests": {"cpu": "none"}, "limits": {"cpu": "1"}})
    assert any("its limit of 1 is its request then" in text for text in blocks(resolved))


def test_no_cpu_is_kept() -> None:
    resolved = settled(installed(cpu=None))
    agent = designed(resolved).agent

    assert dict(agent.requests) == dict(agent.limits) == {"memory": "186Mi"}
    source = "kept from mutatingadmissionpolicy/ddfargate-agent-sidecar"
    assert origin(resolved, "agent.limits.cpu") == ("none", source)


def installed(*, cpu: str | None = "150m", memory: str = "186Mi", ours: bool = True) -> Any:
    """The usual cluster after an install with these amounts."""
    name = "ddfargate-agent-sidecar"
    policy = {"metadata": meta(name, labels=OURS if ours else None)}
    amounts = {**({"cpu": cpu} if cpu else {}), "memory": memory}
    container = {"name": "datadog-agent", "resources": {"requests": amounts, "limits": amounts}}
    spec = msgspec.convert({"containers": [{"name": "app"}, container]}, PodSpec)
    proof = Proof(kind="Deployment", namespace="shop", name="web", outcome="answered", spec=spec)
    return usual({"mutatingadmissionpolicies": [policy]}, proofs=[proof])


def test_amounts_of_an_earlier_install_are_kept_with_their_origin() -> None:
    resolved = settled(installed())
    agent = designed(resolved).agent

    assert dict(agent.requests) == dict(agent.limits) == {"cpu": "150m", "memory": "186Mi"}
    source = "kept from mutatingadmissionpolicy/ddfargate-agent-sidecar"
    assert origin(resolved, "agent.requests.cpu") == ("150m", source)
    assert origin(resolved, "agent.limits.memory") == ("186Mi", source)


def test_what_is_said_now_comes_before_what_was_said() -> None:
    resolved = settled(installed(), agent={"requests": {"cpu": "100m"}})
    agent = designed(resolved).agent

    assert dict(agent.requests) == dict(agent.limits) == {"cpu": "100m", "memory": "186Mi"}


@pytest.mark.parametrize("cluster", [installed(ours=False), installed(cpu="200m", memory="256Mi")])
def test_amounts_of_another_hand_and_the_usual_ones_are_no_decision(cluster: Any) -> None:
    assert origin(settled(cluster), "agent.requests.cpu") == ("200m", "default")


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"requests": {"cpu": "2"}, "limits": {"cpu": "1"}}, "would request more cpu (2) than its limit (1)"),
        ({"requests": {"cpu": "much"}}, "agent cpu: not a quantity"),
    ],
)
def test_amounts_that_the_server_would_refuse(said: Any, problem: str) -> None:
    assert problem in blocks(settled(usual(), agent=said))[0]


def test_further_variables_hold_no_credential() -> None:
    resolved = settled(usual(), agent={"env": {"DD_TAGS": "team:a", "DD_API_KEY": canary.API_KEY}})

    [text] = blocks(resolved)
    assert "agent.env sets DD_API_KEY in clear" in text
    assert canary.API_KEY not in repr(resolved)
    assert resolved.design is not None
    assert resolved.design.agent.env == {"DD_TAGS": "team:a"}
