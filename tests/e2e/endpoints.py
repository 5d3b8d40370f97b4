"""Agents that differ in one thing each, and whether they reach the cluster agent. For `test_agreement.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.cluster.agent import DNS_URL, FIXED_ADDRESS, FIXED_URL, SECRET
from tests.cluster.workloads import secret_key

OTHER_SECRET = "other-secret"
WRONG_TOKEN = "0123456789abcdef" * 2
PROXY = "http://10.99.0.9:3128"
CLUSTER_DNS = {"nameservers": ["172.20.0.10"], "searches": ["shop.svc.cluster.local", "svc.cluster.local"]}


@dataclass(frozen=True)
class Case:
    """One workload. `env` changes variables of a healthy agent, None takes one away."""

    name: str
    reaches: bool
    url: str | None = FIXED_URL
    env: Mapping[str, str | Mapping[str, Any] | None] = field(default_factory=dict)
    dns_policy: str | None = None
    pod_spec: Mapping[str, Any] = field(default_factory=dict)


CASES = (
    Case("by-address", reaches=True),
    Case("by-name", reaches=True, url=DNS_URL),
    Case("by-short-name", reaches=True, url="https://datadog-cluster-agent.datadog:5005"),
    Case("by-name-and-own-dns", reaches=True, url=DNS_URL, dns_policy="None", pod_spec={"dnsConfig": CLUSTER_DNS}),
    Case("by-address-on-node-dns", reaches=True, dns_policy="Default"),
    Case("past-the-proxy", reaches=True, env={"HTTPS_PROXY": PROXY, "NO_PROXY": f"localhost,{FIXED_ADDRESS}"}),
    Case("by-name-on-node-dns", reaches=False, url=DNS_URL, dns_policy="Default"),
    Case("wrong-name", reaches=False, url="https://datadog-agent.datadog.svc.cluster.local:5005"),
    Case("wrong-address", reaches=False, url="https://172.20.0.99:5005"),
    Case("wrong-port", reaches=False, url=f"https://{FIXED_ADDRESS}:5006"),
    Case("no-port", reaches=False, url=f"https://{FIXED_ADDRESS}"),
    Case("plain-http", reaches=False, url=f"http://{FIXED_ADDRESS}:5005"),
    Case("no-url", reaches=False, url=None),
    Case(
        "wrong-token",
        reaches=False,
        env={"DD_CLUSTER_AGENT_AUTH_TOKEN": secret_key(OTHER_SECRET, "token")},
    ),
    Case(
        "short-token",
        reaches=False,
        env={"DD_CLUSTER_AGENT_AUTH_TOKEN": secret_key(OTHER_SECRET, "short")},
    ),
    Case("no-token", reaches=False, env={"DD_CLUSTER_AGENT_AUTH_TOKEN": None}),
    Case(
        "token-in-another-variable",
        reaches=False,
        env={"DD_CLUSTER_AGENT_AUTH_TOKEN": None, "DD_CLUSTER_AGENT_TOKEN": secret_key(SECRET, "token")},
    ),
    Case("into-the-proxy", reaches=False, env={"HTTPS_PROXY": PROXY}),
)

# What doctor can say about an endpoint that is not reached. Not: advice for addresses that work today.
ABOUT_THE_ENDPOINT = {
    *("DDF101", "DDF102", "DDF201", "DDF202", "DDF203", "DDF204", "DDF205", "DDF206", "DDF207", "DDF208", "DDF211"),
    *("DDF212", "DDF216", "DDF403", "DDF404", "DDF406", "DDF408"),
}
