"""Which pods differ from today's, told from records alone."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from kubectl_ddfargate.facts.fargate import fargate_workloads
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.facts.outdated import Outdated, Reason, needs_restart, unproved
from kubectl_ddfargate.model.kinds import DEPLOYMENTS, JOBS, PODS, REPLICA_SETS, STATEFUL_SETS, Kind
from kubectl_ddfargate.model.kube.pods import PodSpec
from kubectl_ddfargate.model.snapshot import Proof, Snapshot

APP: dict[str, Any] = {"name": "web", "image": "x"}
AGENT: dict[str, Any] = {
    "name": "datadog-agent",
    "image": "datadog/agent:7",
    "env": [{"name": "DD_SITE", "value": "a"}],
}
FARGATE = {"eks.amazonaws.com/fargate-profile": "shop"}


def pod(name: str, /, *containers: dict[str, Any], revision: str = "1", written: str = "web", **owner: str) -> Any:
    names: dict[str, Any] = {f'k:{{"name":"{one}"}}': {} for one in written.split(",")}
    owned = {"fieldsV1": {"f:spec": {"f:containers": names}}}
    owners = [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web-1", "controller": True, **owner}]
    return {
        "metadata": {
            "name": name,
            "namespace": "shop",
            "labels": {**FARGATE, "pod-template-hash": revision},
            "ownerReferences": owners if owner.get("kind") != "none" else [],
            "managedFields": [owned],
        },
        "spec": {"schedulerName": "fargate-scheduler", "containers": list(containers)},
    }


def index(pods: list[Any], *today: dict[str, Any], kind: Kind = DEPLOYMENTS, **spec: Any) -> Index:
    owner = [{"apiVersion": "apps/v1", "kind": "Deployment", "name": "web", "controller": True}]
    raw: dict[Kind, list[Any]] = {
        PODS: pods,
        kind: [{"metadata": {"name": "web", "namespace": "shop"}, "spec": spec}],
        REPLICA_SETS: [{"metadata": {"name": "web-1", "namespace": "shop", "ownerReferences": owner}}],
    }
    proof = Proof(
        kind=kind.kind,
        namespace="shop",
        name="web",
        outcome="answered",
        spec=msgspec.convert({"containers": list(today)}, PodSpec),
    )
    objects = {one.key: msgspec.convert(items, list[one.record]) for one, items in raw.items()}  # type: ignore[name-defined]
    return Index(Snapshot(objects=objects, proofs=[proof] if today else [], kubectl_flags="--context prod"))


def found(index: Index) -> Outdated | None:
    one = (*needs_restart(index, fargate_workloads(index)), None)[0]
    assert unproved(index, fargate_workloads(index)) == ()
    return one


def test_as_of_today() -> None:
    assert found(index([pod("a", APP, AGENT)], APP, AGENT)) is None
    assert found(index([pod("a", APP)], APP)) is None


def test_no_agent_though_one_would_come() -> None:
    one = found(index([pod("a", APP), pod("b", APP, AGENT)], APP, AGENT))

    assert one is not None
    assert (one.reason, [p.name for p in one.pods]) == (Reason.MISSING, ["a"])
    assert one.why == "1 of 2 pods have no agent, though one would come"
    assert one.by_hand == ""


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"image": "datadog/agent:8"}, "image datadog/agent:7 → datadog/agent:8"),
        ({"env": [{"name": "DD_SITE", "value": "b"}]}, "env DD_SITE"),
        ({"env": []}, "env DD_SITE"),
        ({"env": [*AGENT["env"], {"name": "DD_LOG_LEVEL", "value": "off"}]}, "env DD_LOG_LEVEL"),
        ({"resources": {"requests": {"cpu": "1"}}}, "resources"),
        (
            {"name": "datadog-agent-injected"},
            "container datadog-agent goes; container datadog-agent-injected comes",
        ),
    ],
)
def test_another_agent(change: dict[str, Any], told: str) -> None:
    one = found(index([pod("a", APP, AGENT)], APP, {**AGENT, **change}))

    assert one is not None
    assert one.reason is Reason.DIFFERENT
    assert one.why.endswith(f"another agent than today's: {told}")


def test_the_order_of_variables_is_no_difference() -> None:
    more = {"name": "DD_EKS_FARGATE", "value": "true"}
    mine, theirs = [*AGENT["env"], more], [more, *AGENT["env"]]

    assert found(index([pod("a", APP, {**AGENT, "env": mine})], APP, {**AGENT, "env": theirs})) is None


def test_an_agent_that_nothing_injects_any_more() -> None:
    one = found(index([pod("a", APP, AGENT)], APP))

    assert one is not None
    assert one.reason is Reason.LEFT_OVER


def test_an_agent_that_somebody_wrote_goes_with_the_rollout_of_the_template() -> None:
    assert found(index([pod("a", APP, AGENT, written="web,datadog-agent")], APP)) is None


def test_a_rollout_that_is_under_way_is_not_started_again() -> None:
    pods = [pod("a", APP, revision="1"), pod("b", APP, AGENT, revision="2")]

    assert found(index(pods, APP, AGENT)) is None


@pytest.mark.parametrize(
    ("kind", "spec", "told"),
    [
        (DEPLOYMENTS, {"paused": True}, "kubectl --context prod rollout resume deployment/web -n shop"),
        (DEPLOYMENTS, {"strategy": {"type": "Recreate"}}, "rollout restart deployment/web -n shop"),
        (STATEFUL_SETS, {"updateStrategy": {"type": "OnDelete"}}, "delete pod -n shop a"),
        (STATEFUL_SETS, {"updateStrategy": {"rollingUpdate": {"partition": 2}}}, "below number 2"),
        (JOBS, {}, "let it end"),
    ],
)
def test_what_no_rollout_replaces(kind: Kind, spec: dict[str, Any], told: str) -> None:
    owner = {} if kind is DEPLOYMENTS else {"apiVersion": kind.api_version, "kind": kind.kind, "name": "web"}
    one = found(index([pod("a", APP, **owner)], APP, AGENT, kind=kind, **spec))

    assert one is not None
    assert told in one.by_hand


def test_what_was_not_proved_is_no_answer() -> None:
    unknown = index([pod("a", APP, kind="none")])

    assert needs_restart(unknown, fargate_workloads(unknown)) == ()
    assert [one.ref.name for one in unproved(unknown, fargate_workloads(unknown))] == ["a"]
