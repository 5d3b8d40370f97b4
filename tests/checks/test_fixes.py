"""The commands that doctor prints, run as they stand: afterwards the finding is gone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kubectl_ddfargate.checks import CHECKS
from tests.checks import decided_by_people
from tests.checks.case import CASES, Case, load
from tests.checks.curing import cure, findings
from tests.cluster.agent import DNS_URL
from tests.cluster.cluster import Cluster
from tests.e2e import taken_back

ROOT = Path(__file__).parents[2]
CURED = (
    "DDF202/fires-scaled-down",
    "DDF203/fires",
    "DDF204/fires",
    "DDF205/fires-config-map",
    "DDF206/fires-by-name",
    "DDF207/fires-http",
    "DDF208/fires-empty",
    "DDF209/fires",
    "DDF212/fires",
    "DDF213/fires",
    "DDF216/fires-short",
    "DDF302/fires-unbound",
    "DDF303/fires",
    "DDF304/fires-config",
    "DDF305/fires",
    "DDF307/fires-unset",
    "DDF308/fires",
    "DDF308/fires-native",
    "DDF309/fires",
    "DDF310/fires",
    "DDF310/fires-statefulset",
    "DDF313/fires",
    "DDF401/fires",
    "DDF401/fires-next-pods",
    "DDF402/fires",
    "DDF402/fires-no-token",
    "DDF403/fires",
    "DDF404/fires",
    "DDF404/fires-literal",
    "DDF405/fires-last-applied",
    "DDF405/fires-no-secret",
    "DDF405/fires-template",
    "DDF406/fires",
    "DDF408/fires",
    "DDF408/fires-optional",
    "DDF501/fires",
    "DDF501/fires-one-right",
    "DDF502/fires",
    "DDF502/fires-service-account",
    "DDF503/fires-literal",
    "DDF504/fires",
    "DDF504/fires-config-map",
    "DDF505/fires-yes",
    "DDF506/fires",
    "DDF507/fires-explorer",
    "DDF601/fires",
    "DDF603/fires",
    "DDF605/fires",
    "DDF701/fires",
    "DDF702/fires",
    "DDF703/fires",
    "DDF705/fires",
    "DDF706/fires",
)
"""Cases whose finding a command cures, without a person's decision."""

IN_TEMPLATES_BY_NAME: dict[str, Any] = {
    "reference": {"injector": "template", "fixed_address": None, "sidecar": {"url": DNS_URL}}
}
PICKED_BY_THE_SERVER: dict[str, Any] = {
    **load(CASES / "DDF215" / "fires.yaml").content,
    "reference": {"injector": "template", "sidecar": {"url": "https://172.20.99.9:5005"}},
}
BY_ITS_OWN = {
    "DDF101": IN_TEMPLATES_BY_NAME,
    "DDF215": PICKED_BY_THE_SERVER,
}
"""Checks whose own cases have what only a person can change: here the agents stand in the templates."""
COPIED_FROM_HELM: dict[str, Any] = {
    "reference": {"installed_by": "helm"},
    "steps": [{"delete": "Secret/datadog-secret -n shop"}],
}


@pytest.mark.parametrize("name", sorted(CURED, key=lambda name: load(CASES / f"{name}.yaml").start))
def test_a_cases_commands_cure_it(name: str, cluster: Cluster) -> None:
    cure(load(CASES / f"{name}.yaml"), cluster)


@pytest.mark.parametrize("check", BY_ITS_OWN)
def test_commands_cure_what_stands_in_templates(check: str, cluster: Cluster) -> None:
    cure(Case(CASES / check / "fires.yaml", BY_ITS_OWN[check]), cluster)


def test_every_check_has_a_cure_that_is_tried_or_a_reason_why_not() -> None:
    tried = {name.partition("/")[0] for name in CURED} | BY_ITS_OWN.keys() | taken_back.CURED
    assert tried & decided_by_people.FIXES.keys() == set()
    assert tried | decided_by_people.FIXES.keys() == {check.id for check in CHECKS}


def test_whoever_adds_a_check_is_told_of_each_place() -> None:
    told = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for path in map(Path, (__file__, str(decided_by_people.__file__), str(taken_back.__file__))):
        assert f"`{path.relative_to(ROOT)}`" in told


def test_a_secret_copied_from_those_of_the_chart(cluster: Cluster) -> None:
    cure(Case(CASES / "DDF401" / "fires.yaml", COPIED_FROM_HELM), cluster)


def test_no_command_makes_pods_wait_for_a_secret_that_could_not_be_read(cluster: Cluster) -> None:
    case = load(CASES / "DDF405" / "fires-secrets-unread.yaml")
    (finding,) = findings(case.build(cluster), case.check)
    assert finding.fix.patch is not None
    assert all(" describe secret " in command for command in finding.fix.commands), finding.fix.commands
