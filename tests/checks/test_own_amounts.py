"""One policy of ours has one set of amounts: every check prints the same install, told from records alone."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any

import pytest

from kubectl_ddfargate.checks import BY_ID
from kubectl_ddfargate.checks.runner import run_checks
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.model.report import Fix
from tests.checks.injected import USUAL, in_template, pods, policy, proof
from tests.resolve.clusters import BASICS, cluster_agent, snapshot


def fixes(*ids: str, ours: bool = True, today: Mapping[str, Any] | None = None, **workloads: Any) -> dict[str, Fix]:
    """Id → cure, of a cluster with these workloads, into which the policy of ours injects.

    `today`: as what new pods would be made of some of them.
    """
    parts = [BASICS, cluster_agent(), *workloads.values()]
    if ours:
        parts.append(policy(parts))
    proofs = [proof(name, one) for name, one in ({**workloads, **(today or {})}).items()]
    found = run_checks(Index(snapshot(*parts, proofs=proofs)), [BY_ID[id_] for id_ in ids])
    assert [one.reason for one in found.results if one.reason] == []
    return {finding.id: finding.fix for finding in found.findings}


def install(fix: Fix) -> dict[str, str]:
    """The flags of the one install that is printed."""
    assert fix.patch is None
    (command,) = fix.commands
    words = shlex.split(command)
    assert words[:3] == ["kubectl", "ddfargate", "install"], command
    flags = words[3 : words.index("--restart")]
    return dict(zip(flags[::2], flags[1::2], strict=True))


def test_the_size_is_kept_by_a_smaller_agent() -> None:
    found = fixes("DDF601", web=pods("web", {"cpu": "250m", "memory": "70Mi"}, USUAL))
    assert install(found["DDF601"]) == {"--agent-cpu": "none", "--agent-memory": "186Mi"}


def test_an_agent_that_asks_for_no_memory_takes_it_from_no_other() -> None:
    found = fixes(
        "DDF601",
        web=pods("web", {"cpu": "250m", "memory": "70Mi"}, USUAL),
        old=pods("old", {"cpu": "250m", "memory": "70Mi"}, {"cpu": "200m"}),
    )
    assert install(found["DDF601"]) == {"--agent-cpu": "none", "--agent-memory": "186Mi"}


@pytest.mark.parametrize("where", ["template", "elsewhere"])
def test_a_request_that_is_not_there_is_not_taken_away(where: str) -> None:
    web = pods("web", {"cpu": "250m", "memory": "70Mi"}, {"cpu": "200m"})
    fix = fixes("DDF601", ours=False, web=in_template(web) if where == "template" else web)["DDF601"]
    text = "\n".join((*fix.commands, fix.patch or ""))
    assert "cpu" in text
    assert "memory" not in text


def test_an_agent_that_asks_for_no_memory_keeps_none_of_another_makers_from_less() -> None:
    web = pods("web", {"cpu": "250m", "memory": "70Mi"}, USUAL)
    old = pods("old", {"cpu": "250m", "memory": "250Mi"}, {"cpu": "200m"})
    patch = fixes("DDF601", ours=False, web=web, old=old)["DDF601"].patch
    assert patch is not None
    assert "memory: 186Mi" in patch


def test_an_agent_in_a_template_has_amounts_of_its_own() -> None:
    found = fixes(
        "DDF601",
        web=pods("web", {"cpu": "250m", "memory": "70Mi"}, USUAL),
        own=in_template(pods("own", {"cpu": "250m", "memory": "120Mi"}, USUAL)),
    )
    (theirs,) = (one for one in found["DDF601"].commands if "deployment/own" in one)
    assert '"memory": "136Mi"' in theirs
    (ours,) = (one for one in found["DDF601"].commands if "ddfargate install" in one)
    assert "--agent-memory 186Mi" in ours


def test_all_checks_print_the_same_install() -> None:
    """The last one that is pasted would win: one needs less CPU, one less memory, one another limit."""
    small = {"cpu": "200m", "memory": "64Mi"}
    found = fixes(
        "DDF601",
        "DDF603",
        "DDF605",
        web=pods("web", {"cpu": "250m", "memory": "70Mi"}, small),
        large=pods("large", {"cpu": "16", "memory": "64Gi"}, small),
        full=pods("full", {"cpu": "15900m", "memory": "122464Mi"}, USUAL),
    )
    assert set(found) == {"DDF601", "DDF603", "DDF605"}
    wanted = {"--agent-cpu": "none", "--agent-memory": "160Mi"}
    assert [install(fix) for fix in found.values()] == [wanted, wanted, wanted]


def test_a_limit_is_raised_as_far_as_there_is_room() -> None:
    small = {"memory": "64Mi"}
    found = fixes("DDF603", web=pods("web", {"cpu": "250m", "memory": "70Mi"}, small))
    assert install(found["DDF603"]) == {"--agent-memory": "186Mi"}
    found = fixes("DDF603", web=pods("web", {"cpu": "250m", "memory": "10Mi"}, small))
    assert install(found["DDF603"]) == {"--agent-memory": "246Mi"}
    found = fixes("DDF603", web=pods("web", {"cpu": "250m", "memory": "200Mi"}, small))
    assert install(found["DDF603"]) == {"--agent-memory": "256Mi"}


def test_the_limit_is_one_for_all_and_no_less_than_what_is_asked_for() -> None:
    found = fixes(
        "DDF603",
        web=pods("web", {"cpu": "100m", "memory": "1Gi"}, {"memory": "512Mi"}, {}),
        old=pods("old", {"cpu": "100m", "memory": "1Gi"}, {"memory": "64Mi"}),
    )
    assert install(found["DDF603"]) == {"--agent-memory": "512Mi"}


def test_memory_is_never_less_than_what_an_agent_needs_as_it_is_the_limit_too() -> None:
    limit = {"memory": "256Mi"}
    found = fixes(
        "DDF601",
        web=pods("web", {"cpu": "250m", "memory": "70Mi"}, {"cpu": "200m", "memory": "120Mi"}, limit),
        old=pods("old", {"cpu": "250m", "memory": "70Mi"}, {"cpu": "200m", "memory": "150Mi"}, limit),
    )
    assert install(found["DDF601"]) == {"--agent-cpu": "none", "--agent-memory": "128Mi"}


def test_those_in_templates_do_not_count_for_a_policy_of_others() -> None:
    web = pods("web", {"cpu": "250m", "memory": "70Mi"}, USUAL)
    own = in_template(pods("own", {"cpu": "250m", "memory": "120Mi"}, USUAL))
    patch = fixes("DDF601", ours=False, web=web, own=own)["DDF601"].patch
    assert patch is not None
    assert "memory: 186Mi" in patch


def test_pods_that_would_be_too_large_count_though_those_that_run_are_not() -> None:
    found = fixes(
        "DDF601",
        "DDF605",
        web=pods("web", {"cpu": "14", "memory": "64Gi"}, USUAL),
        today={"web": pods("web", {"cpu": "16", "memory": "64Gi"}, USUAL)},
    )
    assert {id_: install(fix) for id_, fix in found.items()} == {"DDF605": {"--agent-cpu": "none"}}
