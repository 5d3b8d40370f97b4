"""Which restarts are printed where they alone cure a finding: those of its own workloads, if they suffice."""

from __future__ import annotations

from typing import Any

import msgspec

from kubectl_ddfargate.checks import BY_ID
from kubectl_ddfargate.checks.runner import run_checks
from kubectl_ddfargate.commands.cured_by_restart import cured_by_restart
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.model.report import Finding, Fix
from tests.checks.injected import USUAL, pods, policy, proof
from tests.resolve.clusters import BASICS, cluster_agent, snapshot

APP = {"cpu": "250m", "memory": "70Mi"}
SMALL = {"memory": "186Mi"}


def cluster(*, today: dict[str, Any], **now: Any) -> Index:
    """Pods as they are, and as they would be made today."""
    parts = [BASICS, cluster_agent(), *now.values()]
    return Index(snapshot(*parts, policy(parts), proofs=[proof(name, one) for name, one in today.items()]))


def restarts(*ids: str, today: dict[str, Any], **now: Any) -> dict[Finding, Fix]:
    """What of these checks is cured by restarts."""
    index = cluster(today=today, **now)
    return dict(cured_by_restart(index, run_checks(index, [BY_ID[id_] for id_ in ids]).findings))


def restarted(fix: Fix) -> list[str]:
    """The workloads that its commands restart."""
    assert fix.by_restart
    return [word for one in fix.commands for word in one.split(" && ")[0].split() if "/" in word]


def test_only_what_a_finding_is_about_is_restarted() -> None:
    found = restarts(
        "DDF601",
        today={"web": pods("web", APP, SMALL), "other": pods("other", {"cpu": "300m"}, SMALL)},
        web=pods("web", APP, USUAL),
        other=pods("other", {"cpu": "300m"}, {"memory": "128Mi"}),
    )
    assert [restarted(fix) for fix in found.values()] == [["deployment/web"]]


def test_each_finding_of_one_check_has_its_own() -> None:
    none, small = {"memory": "256Mi"}, {"memory": "64Mi"}
    found = restarts(
        "DDF603",
        today={name: pods(name, {"cpu": "300m"}, none) for name in ("web", "other")},
        web=pods("web", {"cpu": "300m"}, none, {}),
        other=pods("other", {"cpu": "300m"}, small),
    )
    assert {one.message: restarted(fix) for one, fix in found.items()} == {
        "the agent has no memory limit": ["deployment/web"],
        "the agent has a memory limit below 128Mi": ["deployment/other"],
    }


def test_what_stays_is_not_cured() -> None:
    found = restarts(
        "DDF601",
        today={"web": pods("web", APP, SMALL), "other": pods("other", APP, USUAL)},
        web=pods("web", APP, USUAL),
        other=pods("other", APP, USUAL),
    )
    assert found == {}


def test_where_those_of_its_own_do_not_suffice_all_are() -> None:
    index = cluster(
        today={"web": pods("web", APP, SMALL), "other": pods("other", APP, SMALL)},
        web=pods("web", APP, USUAL),
        other=pods("other", APP, USUAL),
    )
    (finding,) = run_checks(index, [BY_ID["DDF601"]]).findings
    of_the_cluster = msgspec.structs.replace(finding, subjects=())

    (fix,) = cured_by_restart(index, [of_the_cluster]).values()

    assert restarted(fix) == ["deployment/other", "deployment/web"]
