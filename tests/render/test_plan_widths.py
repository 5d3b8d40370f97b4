"""A plan with the names of real clusters on a terminal of 80 columns: nothing is cut, and little is longer."""

from __future__ import annotations

import msgspec
import pytest

from kubectl_ddfargate.model.plan import Plan, PlannedTarget, ValueOrigin
from kubectl_ddfargate.render.plan import renderer
from kubectl_ddfargate.render.presentation import Presentation
from tests.render import plans

RULE = "labels app.kubernetes.io/instance=metrics-server,app.kubernetes.io/name=metrics-server in kube-system"
ORIGINS = {
    "clusterAgent.name": ("deployment/datadog-cluster-agent -n datadog", "what runs in the cluster"),
    "clusterAgent.selector": (
        "agent.datadoghq.com/component=cluster-agent,agent.datadoghq.com/name=datadog",
        "deployment/datadog-cluster-agent -n datadog",
    ),
    "secrets.api-key": (
        "secret/datadog-operator-managed-credentials -n datadog, key api-key",
        "deployment/datadog-cluster-agent -n datadog",
    ),
}


def plan() -> Plan:
    target = PlannedTarget(
        namespace="kube-system", kind="Deployment", name="metrics-server", pods=1, rule=RULE,
        size_today="0.25/0.5", size_with_agent="0.5/1",
    )  # fmt: skip
    origins = tuple(ValueOrigin(name=name, value=value, source=source) for name, (value, source) in ORIGINS.items())
    return msgspec.structs.replace(plans.full(), targets=(target,), origins=origins, notes=())


@pytest.mark.parametrize("width", [60, 80, 120, 200, None])
def test_no_name_is_cut(width: int | None) -> None:
    text = renderer("text")(plan(), Presentation(width=width))
    assert "…" not in text
    for name, (value, source) in ORIGINS.items():
        assert value in text
        assert name in text
        assert source in " ".join(text.split())
    for label in RULE.split()[1].split(","):
        assert label in text


def test_it_fits() -> None:
    lines = renderer("text")(plan(), Presentation(width=80)).splitlines()
    assert [line for line in lines[1:] if len(line) > 80] == []


def test_piped_each_row_is_one_line() -> None:
    text = renderer("text")(plan(), Presentation())
    assert f"deployment/metrics-server  kube-system  1     ‼ 0.25 vCPU 0.5 GB → 0.5 vCPU 1 GB  {RULE}\n" in text
    (line,) = [line for line in text.splitlines() if "clusterAgent.selector" in line]
    assert line.split() == ["clusterAgent.selector", *" ".join(ORIGINS["clusterAgent.selector"]).split()]


@pytest.mark.parametrize("width", [60, 80, 120, 200, None])
def test_a_size_that_grows_is_marked(width: int | None) -> None:
    grows, stays, outgrows = (
        PlannedTarget(namespace="shop", kind="Deployment", name=name, pods=1, rule="label app=x", **sizes)
        for name, sizes in {
            "grows": {"size_today": "0.25/0.5", "size_with_agent": "0.5/1"},
            "stays": {"size_today": "1/2", "size_with_agent": "1/2"},
            "outgrows": {"size_today": "16/120"},
        }.items()
    )
    shown = msgspec.structs.replace(plan(), targets=(grows, stays, outgrows))
    rows = {
        line.split()[0].rpartition("/")[2]: line
        for line in renderer("text")(shown, Presentation(width=width)).splitlines()
        if "grows  " in line or "stays  " in line
    }
    assert ["‼" in rows["grows"], "‼" in rows["stays"], "×" in rows["outgrows"]] == [True, False, True]


def test_a_blocked_diff_says_the_same_on_a_narrow_terminal() -> None:
    wide = renderer("diff")(plans.stopped(), Presentation())
    lines = renderer("diff")(plans.stopped(), Presentation(width=60)).splitlines()
    said = [line for line in lines if line.startswith("# ")]
    assert len(said) > len([line for line in wide.splitlines() if line.startswith("# ")])
    assert all(len(line) <= 60 for line in said)
    assert [line for line in lines if not line.startswith("#")] == [
        line for line in wide.splitlines() if not line.startswith("#")
    ]
