"""What a probe met stands, whatever becomes of the check that could name its cause."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from kubectl_ddfargate.checks.registry import REGISTRY
from kubectl_ddfargate.checks.runner import run_checks
from kubectl_ddfargate.commands.doctor import EXAMPLE
from kubectl_ddfargate.facts.agents import agents
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.model.kube.agent_words import FAILED, AgentWords, Probe, ProbeStep
from kubectl_ddfargate.model.report import CheckResult, Finding, Status
from kubectl_ddfargate.snapshot_file import load

FURTHEST_UP, CAUSE = "DDF502", "DDF501"
"""The check that is asked first for the cause of a kubelet that refuses, and the one that knows it here."""


def kubelet_refuses() -> tuple[CheckResult, list[Finding]]:
    """DDF805 where probes met a kubelet that refuses, and no ServiceAccount may do anything."""
    saved = load(EXAMPLE)
    refused = ProbeStep(step="kubelet", result=FAILED, code="403", detail="403 Forbidden")
    probes = tuple(
        Probe(namespace=pod.namespace, pod=pod.name, container=group.container.name, steps=(refused,))
        for group in agents(Index(saved))
        for pod in group.pods
    )
    access = [msgspec.structs.replace(one, allowed=False) for one in saved.access]
    snapshot = msgspec.structs.replace(saved, access=access, agent_words=AgentWords(probes=probes))
    outcome = run_checks(Index(snapshot), [REGISTRY["DDF805"]])
    return outcome.results[0], outcome.findings


def boom(*_: object) -> Iterator[object]:
    """A check that crashes, as soon as it is asked."""
    raise KeyError("x")


def boom_later(*_: object) -> Iterator[object]:
    """The same once it is followed."""
    yield from ()
    raise KeyError("x")


def test_a_cause_that_another_check_knows_is_told() -> None:
    result, (finding,) = kubelet_refuses()
    assert (result.status, result.reason) == (Status.FAIL, "")
    assert "rights that an agent needs" in finding.message
    assert any("ClusterRole" in command for command in finding.fix.commands)


@pytest.mark.parametrize(
    "broken", [{"over": boom}, {"over": boom_later}, {"judge": boom}], ids=["over", "over, later", "judge"]
)
@pytest.mark.parametrize("id_", [FURTHEST_UP, CAUSE])
def test_a_check_that_crashes_leaves_what_the_probe_met(
    id_: str, broken: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(REGISTRY, id_, msgspec.structs.replace(REGISTRY[id_], **broken))
    result, (finding,) = kubelet_refuses()
    assert (result.status, result.reason) == (Status.FAIL, "")
    assert ("rights that an agent needs" in finding.message) is (id_ is FURTHEST_UP)
