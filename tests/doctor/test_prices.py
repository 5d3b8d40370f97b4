"""`--price-file`: what the agent costs a month by the user's own prices, and no price without them."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from kubectl_ddfargate.commands.price_file import read_prices
from kubectl_ddfargate.errors import UsageError
from kubectl_ddfargate.facts.agent_size import Growth, growth
from kubectl_ddfargate.facts.prices import monthly_difference
from kubectl_ddfargate.model.kube.containers import Container, Resources
from kubectl_ddfargate.model.kube.pods import PodSpec
from kubectl_ddfargate.model.prices import Prices
from tests.doctor.running import ddfargate

pytestmark = pytest.mark.computes

US_EAST = Prices(
    currency="USD",
    region="us-east-1",
    date="2026-09-20",
    per_vcpu_hour=Decimal("0.04048"),
    per_gb_hour=Decimal("0.004445"),
)
FILE = """\
apiVersion: ddfargate/v1alpha1
kind: Prices
currency: USD
region: us-east-1
date: 2026-09-20
perVcpuHour: 0.04048
perGbHour: 0.004445
"""
ROWS = [
    (None, None, "0.25/0.5", "0.25/0.5", "0.00"),
    ("100m", "70Mi", "0.25/0.5", "0.5/1", "9.01"),
    ("250m", "256M", "0.25/0.5", "0.5/1", "9.01"),
    ("100m", "200Mi", "0.25/0.5", "0.5/1", "9.01"),
    ("500m", "512Mi", "0.5/1", "1/2", "18.02"),
    ("1", "1Gi", "1/2", "2/4", "36.04"),
    ("1", "2Gi", "1/3", "2/4", "32.80"),
    ("250m", "1792Mi", "0.25/2", "0.5/3", "10.63"),
    ("2", "4Gi", "2/5", "4/8", "68.84"),
    ("1", "8Gi", "2/9", "2/9", "0.00"),
]
"""Requests of the application; the size before and after an agent with 200m and 256Mi; the difference a month."""


def grown(cpu: str | None, memory: str | None) -> Growth:
    own: dict[str, str | int | float] = {name: value for name, value in (("cpu", cpu), ("memory", memory)) if value}
    app = Container(name="app", image="registry.example/app:1", resources=Resources(requests=own))
    sidecar = Container(
        name="datadog-agent",
        image="datadog/agent:7",
        resources=Resources(requests={"cpu": "200m", "memory": "256Mi"}),
    )
    found = growth(PodSpec(containers=[app, sidecar]))
    assert found is not None
    return found


@pytest.mark.parametrize(("cpu", "memory", "before", "after", "cost"), ROWS)
def test_the_difference_a_month(cpu: str | None, memory: str | None, before: str, after: str, cost: str) -> None:
    found = grown(cpu, memory)
    assert (str(found.before), str(found.after)) == (before, after)
    assert str(monthly_difference(found.before, found.after, US_EAST)) == cost


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "prices.yaml"
    path.write_text(FILE, encoding="utf-8")
    return path


def test_evidence_and_column_show_it_with_the_day_of_the_prices(file: Path) -> None:
    run = ddfargate("doctor", "--example", "--price-file", str(file), "-o", "json")
    rows = {row["name"]: row["size"]["cost"] for row in run.report["workloads"]}
    assert rows["coredns"] == {"monthly": "9.01", "currency": "USD", "region": "us-east-1", "date": "2026-09-20"}
    (finding,) = (one for one in run.report["findings"] if one["id"] == "DDF601")
    told = "+9.01 USD a month and pod (730 h, prices of us-east-1 of 2026-09-20)"
    assert any(told in evidence["observed"] for evidence in finding["evidence"])
    assert "+9.01 USD a month (2026-09-20)" in ddfargate("doctor", "--example", "--price-file", str(file)).out


def test_without_the_file_no_price_is_shown() -> None:
    text = ddfargate("doctor", "--example", "-o", "wide", "--show", "all").out
    assert "USD" not in text
    assert "a month" not in text
    report = ddfargate("doctor", "--example", "-o", "json").report
    assert {row["size"]["cost"] for row in report["workloads"]} == {None}


@pytest.mark.parametrize(
    ("wrong", "right", "told"),
    [
        ("kind: Prices", "kind: Price", 'kind is "Price"; wanted is Prices'),
        ("kind: Prices\n", "", "kind is missing"),
        ("apiVersion: ddfargate/v1alpha1", "apiVersion: v2", 'apiVersion is "v2"'),
        ("currency: USD", "currency: dollars", 'currency: "dollars" is not three capital letters'),
        ("region: us-east-1", "region: Virginia", 'region: "Virginia" is not a region of AWS'),
        ("date: 2026-09-20", "date: yesterday", 'date: "yesterday" is not a day'),
        ("date: 2026-09-20\n", "", "date is missing"),
        ("0.04048", "free", 'perVcpuHour: "free" is not a price above zero'),
        ("0.04048", "-1", 'perVcpuHour: "-1" is not a price above zero'),
        ("0.04048", ".nan", 'perVcpuHour: "nan" is not a price above zero'),
        ("0.04048", "true", 'perVcpuHour: "True" is not a price above zero'),
        ("perGbHour", "perGBHour", 'perGBHour" is not known; did you mean "perGbHour"?'),
        (FILE, "[]", "these are no prices"),
        (FILE, "a: [", "line 1"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(wrong: str, right: str, told: str, file: Path) -> None:
    file.write_text(FILE.replace(wrong, right), encoding="utf-8")
    with pytest.raises(UsageError) as refused:
        read_prices(file)
    assert told in refused.value.message
    assert str(file) in refused.value.message
    assert refused.value.hint


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    run = ddfargate("doctor", "--example", "--price-file", str(tmp_path / "none.yaml"))
    assert run.code == 2
    assert "none.yaml cannot be read: No such file or directory" in run.err
