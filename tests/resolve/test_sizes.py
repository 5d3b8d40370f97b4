"""Which Fargate size a target has today, and which with the agent."""

from __future__ import annotations

from typing import Any

import pytest

from kubectl_ddfargate.model.plan import NoteLevel
from tests.resolve.clusters import AGENT, BASICS, COREDNS, cluster_agent, settled, snapshot, texts, workload


def app(cpu: str, memory: str) -> dict[str, Any]:
    return {"name": "app", "image": "app:1", "resources": {"requests": {"cpu": cpu, "memory": memory}}}


def sizes(*containers: dict[str, Any], **settings: Any) -> tuple[str | None, str | None]:
    web = workload("web", "shop", labels={"app": "web"}, containers=list(containers))
    state = snapshot(BASICS, cluster_agent(), COREDNS, web)
    planned = settled(state, **settings).planned_targets
    return next((one.size_today, one.size_with_agent) for one in planned if one.name == "web")


def test_the_agent_costs_the_next_size() -> None:
    assert sizes(app("100m", "100Mi")) == ("0.25/0.5", "0.5/1")


def test_beside_a_job_the_agent_is_a_container_that_counts_as_well() -> None:
    job = workload("sum", "shop", labels={"app": "sum"}, kind="Job", containers=[app("100m", "100Mi")])
    planned = settled(snapshot(BASICS, cluster_agent(), COREDNS, job), targets=["shop/Job/sum"]).planned_targets
    assert [(one.size_today, one.size_with_agent) for one in planned] == [("0.25/0.5", "0.5/1")]


def test_what_has_room_stays_as_it_is() -> None:
    assert sizes(app("300m", "1Gi")) == ("0.5/2", "0.5/2")


def test_an_agent_that_is_there_today_is_not_counted_twice() -> None:
    agent = {**AGENT, "resources": {"requests": {"cpu": "200m", "memory": "256Mi"}}}
    web = workload("web", "shop", labels={"app": "web"}, containers=[app("200m", "300Mi")])
    for pod in web["pods"]:
        pod["spec"] = {**pod["spec"], "containers": [app("200m", "300Mi"), agent]}
    planned = settled(snapshot(BASICS, cluster_agent(), COREDNS, web)).planned_targets
    assert [(one.size_today, one.size_with_agent) for one in planned if one.name == "web"] == [("0.5/1", "0.5/1")]


def test_a_pod_that_the_agent_makes_outgrow_fargate_blocks() -> None:
    web = workload("web", "shop", labels={"app": "web"}, containers=[app("16", "100Gi")])
    resolved = settled(snapshot(BASICS, cluster_agent(), COREDNS, web))

    assert [(one.size_today, one.size_with_agent) for one in resolved.planned_targets if one.name == "web"] == [
        ("16/104", None)
    ]
    [text] = texts(resolved, NoteLevel.BLOCK)
    assert text.startswith("deployment/web -n shop: with the agent its pods outgrow the largest size")


@pytest.mark.parametrize(("limit", "warned"), [("10", True), ("56Mi", True), ("128Mi", False)])
def test_an_agent_that_would_be_killed_is_a_warning(limit: str, warned: bool) -> None:
    web = workload("web", "shop", labels={"app": "web"}, containers=[app("100m", "100Mi")])
    amounts = {"requests": {"memory": limit}, "limits": {"memory": limit}}
    resolved = settled(snapshot(BASICS, cluster_agent(), COREDNS, web), agent=amounts)
    assert any("killed again and again" in text for text in texts(resolved, NoteLevel.WARNING)) is warned


def test_the_agents_own_requests_count() -> None:
    small = {"requests": {"cpu": "100m", "memory": "64Mi"}, "limits": {"cpu": "100m", "memory": "64Mi"}}
    assert sizes(app("100m", "100Mi"), agent=small) == ("0.25/0.5", "0.25/0.5")


def test_what_is_no_quantity_has_no_size() -> None:
    assert sizes(app("much", "100Mi")) == (None, None)


def test_what_would_keep_the_smaller_size_is_told_once() -> None:
    shop = [
        workload(name, "shop", labels={"app": name}, containers=[app(*asked)])
        for name, asked in {
            "web": ("250m", "70Mi"),
            "api": ("250m", "90Mi"),
            "full": ("300m", "700Mi"),
        }.items()
    ]
    resolved = settled(snapshot(BASICS, cluster_agent(), COREDNS, *shop))
    assert [text for text in texts(resolved, NoteLevel.INFO) if "smaller" in text] == [
        "2 workloads would need a smaller size with a smaller agent: --agent-cpu none --agent-memory 166Mi"
    ]


def test_a_workload_that_has_such_an_agent_already_counts_too_where_another_grows() -> None:
    agent = {**AGENT, "resources": {"requests": {"cpu": "200m", "memory": "256Mi"}}}
    old = workload("old", "shop", labels={"app": "old"}, containers=[app("250m", "90Mi")])
    for pod in old["pods"]:
        pod["spec"] = {**pod["spec"], "containers": [app("250m", "90Mi"), agent]}
    new = workload("new", "shop", labels={"app": "new"}, containers=[app("100m", "70Mi")])

    def told(*workloads: Any) -> list[str]:
        resolved = settled(snapshot(BASICS, cluster_agent(), COREDNS, *workloads))
        return [text for text in texts(resolved, NoteLevel.INFO) if "smaller" in text]

    assert told(old) == []
    assert told(old, new) == [
        "2 workloads would need a smaller size with a smaller agent: --agent-cpu none --agent-memory 166Mi"
    ]


def test_a_size_that_is_kept_needs_no_smaller_agent() -> None:
    web = workload("web", "shop", labels={"app": "web"}, containers=[app("300m", "1Gi")])
    resolved = settled(snapshot(BASICS, cluster_agent(), COREDNS, web))
    assert not any("smaller" in text for text in texts(resolved, NoteLevel.INFO))
