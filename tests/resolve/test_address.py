"""The fixed address: what is there, what is asked for, what is free."""

from __future__ import annotations

from typing import Any

import pytest

from kubectl_ddfargate.model.plan import NoteLevel
from kubectl_ddfargate.model.snapshot import Unread
from tests.resolve.clusters import (
    BASICS,
    CLUSTER_AGENT_LABELS,
    COREDNS,
    OURS,
    WEB,
    blocks,
    cluster_agent,
    designed,
    service,
    settled,
    snapshot,
    texts,
    usual,
)

BAND = "172.20.0.1–172.20.1.0"
FIXED = "datadog-cluster-agent-fixed"
NO_CIDRS = Unread(resource="servicecidrs", verb="list", reason="forbidden")
SLICE = {
    "metadata": {"name": "s", "namespace": "datadog", "labels": {"kubernetes.io/service-name": "self-managed"}},
    "endpoints": [{"addresses": ["10.0.0.9"]}],
    "ports": [{"port": 5005}],
}


def ranged(*cidrs: str, kubernetes: str) -> Any:
    """A cluster with these ranges, and with its API server's Service at an address."""
    objects = {
        "services": [service("kubernetes", "default", kubernetes)],
        "servicecidrs": [{"metadata": {"name": f"c{n}"}, "spec": {"cidrs": [one]}} for n, one in enumerate(cidrs)],
        "secrets": BASICS["secrets"],
    }
    agent = cluster_agent()
    agent.pop("services")
    return snapshot(objects, agent, COREDNS, WEB)


@pytest.mark.parametrize(
    ("cidrs", "kubernetes", "address", "url"),
    [
        (["172.20.0.0/16"], "172.20.0.1", "172.20.0.53", "https://172.20.0.53:5005"),
        (["10.100.0.0/16"], "10.100.0.1", "10.100.0.53", "https://10.100.0.53:5005"),
        (["10.0.0.0/24"], "10.0.0.1", "10.0.0.5", "https://10.0.0.5:5005"),
        (["fd12:3456::/108"], "fd12:3456::1", "fd12:3456::35", "https://[fd12:3456::35]:5005"),
        (["fd12:3456::/108", "172.20.0.0/16"], "172.20.0.1", "172.20.0.53", "https://172.20.0.53:5005"),
        ([], "10.100.0.1", "10.100.0.53", "https://10.100.0.53:5005"),
    ],
)
def test_the_first_free_address_depends_on_the_range_alone(
    cidrs: list[str], kubernetes: str, address: str, url: str
) -> None:
    design = designed(settled(ranged(*cidrs, kubernetes=kubernetes)))
    fixed = design.fixed_service

    assert fixed is not None
    assert (fixed.address, fixed.owned, fixed.automatic) == (address, True, True)
    assert fixed.ip_family == ("IPv6" if ":" in address else "IPv4")
    assert design.agent.url == url


def test_a_range_that_nobody_knows_stops_the_plan() -> None:
    [text] = blocks(settled(ranged(kubernetes="10.7.0.1")))

    assert "range of the Services' addresses is not known" in text
    assert "--service-cidr" in text
    assert "--cluster-agent-ip" in text


def test_a_range_that_is_told_is_used() -> None:
    design = designed(settled(ranged(kubernetes="10.7.0.1"), serviceCidr="10.7.0.0/16"))

    assert design.fixed_service is not None
    assert design.fixed_service.address == "10.7.0.53"


def test_a_range_that_is_no_range_is_told() -> None:
    assert "'10.7' does not appear" in blocks(settled(usual(), serviceCidr="10.7"))[0]


def test_ranges_that_may_not_be_read_are_concluded_from_the_api_servers_service() -> None:
    resolved = settled(usual(unread=[NO_CIDRS]))

    assert designed(resolved).agent.url == "https://172.20.0.53:5005"
    assert any("EKS's own range" in origin.source for origin in designed(resolved).origins)


def test_the_text_names_the_band() -> None:
    assert settled(usual()).address_text == f"172.20.0.53 (static band {BAND}, free)"


def test_an_address_that_is_taken_is_passed_over() -> None:
    resolved = settled(usual({"services": [service("x", "shop", "172.20.0.53")]}))

    assert designed(resolved).agent.url == "https://172.20.0.54:5005"


@pytest.mark.parametrize(
    ("asked", "problem"),
    [
        ("172.20.0.10", "172.20.0.10 is taken by service kube-system/kube-dns; nothing was written"),
        ("10.1.2.3", "10.1.2.3 lies outside the service range 172.20.0.0/16; nothing was written"),
        ("172.20.0.0", "172.20.0.0 is the first address of 172.20.0.0/16"),
        ("172.20.255.255", "172.20.255.255 is the last address of 172.20.0.0/16"),
        ("fd00::5", "fd00::5 lies outside the service range"),
        ("53", "'53' is no IP address"),
    ],
)
def test_an_address_that_cannot_be_had_says_which_can(asked: str, problem: str) -> None:
    resolved = settled(usual(), {"clusterAgent.ip": "DDFARGATE_CLUSTER_AGENT_IP"}, clusterAgent={"ip": asked})

    [text] = blocks(resolved)
    assert text.startswith(problem)
    assert text.endswith(
        f"next: leave out DDFARGATE_CLUSTER_AGENT_IP (172.20.0.53 is free), or choose one of {BAND}"
    )
    assert resolved.design is None


def test_an_address_that_was_asked_for_is_not_picked_anew() -> None:
    resolved = settled(usual(), {"clusterAgent.ip": "--cluster-agent-ip"}, clusterAgent={"ip": "172.20.0.77"})
    fixed = designed(resolved).fixed_service

    assert fixed is not None
    assert (fixed.address, fixed.automatic) == ("172.20.0.77", False)
    assert ("clusterAgent.ip", "172.20.0.77", "--cluster-agent-ip") in [
        (one.name, one.value, one.source) for one in designed(resolved).origins
    ]


def test_an_address_outside_the_band_is_a_warning() -> None:
    resolved = settled(usual(), clusterAgent={"ip": "172.20.7.7"})

    assert designed(resolved).agent.url == "https://172.20.7.7:5005"
    [warning] = texts(resolved, NoteLevel.WARNING)
    assert f"outside the static band {BAND}" in warning


def test_a_concluded_range_is_no_reason_to_refuse_an_address() -> None:
    resolved = settled(usual(unread=[NO_CIDRS]), clusterAgent={"ip": "172.21.0.5"})

    assert designed(resolved).agent.url == "https://172.21.0.5:5005"
    assert "the cluster's may differ" in texts(resolved, NoteLevel.WARNING)[0]


def foreign(address: str = "172.20.0.99", name: str = "self-managed", **more: Any) -> Any:
    spec = {"pinned": True, "selector": CLUSTER_AGENT_LABELS, **more}
    return {"services": [service(name, "datadog", address, **spec)], "endpointslices": [SLICE]}


def test_a_fixed_service_of_somebody_else_is_used_as_it_is() -> None:
    resolved = settled(usual(foreign()))
    fixed = designed(resolved).fixed_service

    assert fixed is not None
    assert (fixed.name, fixed.address, fixed.owned) == ("self-managed", "172.20.0.99", False)
    assert resolved.address_text == (
        f"172.20.0.99 (static band {BAND}, of service/self-managed -n datadog, used as it is)"
    )


def test_a_fixed_service_that_leads_elsewhere_is_left_alone() -> None:
    wrong = foreign(name="self-managed-cluster-agent", selector={"app": "other"})
    resolved = settled(usual(wrong))
    fixed = designed(resolved).fixed_service

    assert fixed is not None
    assert (fixed.name, fixed.address) == (FIXED, "172.20.0.53")
    assert "does not lead to the cluster agent" in texts(resolved, NoteLevel.WARNING)[0]


@pytest.mark.parametrize("asked", [None, "auto", "172.20.0.60"])
def test_our_own_service_keeps_its_address(asked: str | None) -> None:
    mine = service(FIXED, "datadog", "172.20.0.60", pinned=True, labels=OURS, selector={"app": "stale"})
    resolved = settled(usual({"services": [mine]}), clusterAgent={"ip": asked} if asked else {})
    fixed = designed(resolved).fixed_service

    assert fixed is not None
    assert (fixed.address, fixed.owned, fixed.automatic) == ("172.20.0.60", True, False)
    assert dict(fixed.selector) == CLUSTER_AGENT_LABELS
    assert resolved.address_text == f"172.20.0.60 (static band {BAND}, kept)"


def test_the_address_of_our_own_service_cannot_be_changed() -> None:
    mine = service(FIXED, "datadog", "172.20.0.60", pinned=True, labels=OURS, selector=CLUSTER_AGENT_LABELS)

    [text] = blocks(settled(usual({"services": [mine]}), clusterAgent={"ip": "172.20.0.61"}))

    assert "has the address 172.20.0.60, and a Service's address cannot be changed" in text
    assert "uninstall first" in text


@pytest.mark.parametrize("spec", [{}, {"pinned": True, "selector": {"app": "other"}}])
def test_a_name_that_somebody_else_took_stops_the_plan(spec: dict[str, Any]) -> None:
    taken = service(FIXED, "datadog", "172.20.9.9", **spec)

    [text] = blocks(settled(usual({"services": [taken]})))

    assert f"service datadog/{FIXED} is there already, is not ours" in text


def test_a_full_band_asks_for_an_address() -> None:
    every = [service(f"s{n}", "shop", f"10.0.0.{n}") for n in range(2, 17)]
    crowded = ranged("10.0.0.0/24", kubernetes="10.0.0.1")
    crowded.objects["services"] += snapshot({"services": every}).objects["services"]

    assert "no address for fixed Services is free in 10.0.0.0/24" in blocks(settled(crowded))[0]
