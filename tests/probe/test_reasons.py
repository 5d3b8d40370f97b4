"""Why nothing was tried: how many workloads a reason is told of."""

from __future__ import annotations

from kubectl_ddfargate.commands.probe_reasons import folded
from kubectl_ddfargate.facts.index import describe
from kubectl_ddfargate.model.kube.agent_words import EXEC, SILENT, Probe
from kubectl_ddfargate.model.probe import ProbeTarget
from kubectl_ddfargate.model.report import Category, Status
from kubectl_ddfargate.model.snapshot import Unread
from tests.render.reports import check


def target(workload: str, pod: str) -> ProbeTarget:
    return ProbeTarget(workload=f"deployment/{workload}", namespace="shop", pod=pod, container="datadog-agent")


def refusal(pod: str, node: str) -> Unread:
    reason = f"dial tcp {node}:10250: connect: connection refused"
    return Unread(resource=EXEC, verb="create", namespace="shop", name=pod, reason=reason)


def reason_of(targets: list[ProbeTarget], refused: list[Unread], probes: list[Probe] | None = None) -> str:
    texts = [describe(one) for one in refused]
    texts += [f"deployment/web -n shop: {one.message}" for one in probes or ()]
    asked = check("DDF801", Category.RUNTIME, Status.UNKNOWN, "; ".join(texts))
    (told,) = folded([asked], targets, probes or [], refused)
    return told.reason


REFUSED = "dial tcp: connect: connection refused"


def test_two_pods_of_a_workload_are_one_workload() -> None:
    targets = [target("web", "web-1"), target("web", "web-2"), target("store", "store-1")]
    refused = [refusal(one.pod, f"10.0.0.{n}") for n, one in enumerate(targets)]
    assert reason_of(targets, refused) == f"2 workloads: {REFUSED}"


def test_one_workload_alone_is_named() -> None:
    targets = [target("web", "web-1"), target("web", "web-2")]
    refused = [refusal(one.pod, f"10.0.0.{n}") for n, one in enumerate(targets)]
    assert reason_of(targets, refused) == f"deployment/web -n shop: {REFUSED}"


def test_another_reason_stands_beside_it() -> None:
    targets = [target("web", "web-1"), target("store", "store-1"), target("store", "store-2")]
    refused = [refusal("store-1", "10.0.0.1"), refusal("store-2", "10.0.0.2")]
    silent = Probe(namespace="shop", pod="web-1", container="datadog-agent", outcome=SILENT, message="no answer")
    told = reason_of(targets, refused, [silent])
    assert told == f"deployment/store -n shop: {REFUSED}; deployment/web -n shop: no answer"
