"""What doctor and `probe` print against what agents say, pasted as it stands: the agents take back what they said.

No DNS of the cluster answers here: its Service has no pod behind it.
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.checks.curing import paste
from tests.cluster import canary
from tests.cluster.agent import DNS_URL, FIXED_ADDRESS, FIXED_URL, agent
from tests.cluster.node.cluster import NodeCluster
from tests.cluster.reference import fixed_service, load
from tests.cluster.workloads import secret_key
from tests.doctor.running import Run, ddfargate
from tests.e2e.agents import NOT_CONNECTED, agent_pods, wait_for_line
from tests.e2e.endpoints import PROXY, WRONG_TOKEN
from tests.e2e.taken_back import IN_LOGS, IN_PROBES

LATER = {"configMapKeyRef": {"name": "later", "key": "url", "optional": True}}
FAULTS: dict[str, dict[str, Any]] = {
    "url-came-later": {"env": {"DD_CLUSTER_AGENT_URL": LATER}},
    "name-without-dns": {"url": DNS_URL},
    "token-came-later": {"env": {"DD_CLUSTER_AGENT_AUTH_TOKEN": secret_key("later", "token")}},
    "wrong-token": {"env": {"DD_CLUSTER_AGENT_AUTH_TOKEN": secret_key("wrong", "token")}},
    "proxy-and-no-rights": {"env": {"HTTPS_PROXY": PROXY}},
}
"""Workload → how its agent differs from a healthy one. Two are put right when their agents have started."""


@pytest.fixture
def ailing(cluster: NodeCluster) -> NodeCluster:
    """A workload for each fault, each agent in its template."""
    cluster.profile("shop", namespace="shop")
    for name in ("namespaces", "kubelet-rights", "cluster-agent-operator"):
        cluster.apply(load(name))
    cluster.apply(fixed_service(FIXED_ADDRESS))
    cluster.apply([one for one in load("coredns") if one["kind"] == "Service"])
    cluster.secret("wrong", "shop", {"token": WRONG_TOKEN})
    cluster.secret("later", "shop", {"token": WRONG_TOKEN})
    for name, how in FAULTS.items():
        cluster.workload(
            name,
            "shop",
            containers=[{"name": "app", "image": "registry.example/app:1"}, agent(**how)],
            service_account="bare" if name == "proxy-and-no-rights" else "web",
            wait=False,
        )
    for name in FAULTS:
        cluster.wait_rolled_out(name, "shop")
    for name in set().union(*IN_LOGS.values()):
        (pod,) = agent_pods(cluster, name, "shop")
        wait_for_line(cluster, pod, NOT_CONNECTED)
    cluster.secret("later", "shop", {"token": canary.TOKEN})
    metadata = {"name": "later", "namespace": "shop"}
    cluster.apply({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"url": FIXED_URL}})
    return cluster


def test_agents_take_back_what_they_said(ailing: NodeCluster) -> None:
    by_logs = ddfargate("doctor", "--logs", "-o", "json", kubeconfig=ailing.kubeconfig)
    assert _said(by_logs) == IN_LOGS, by_logs.out
    _paste_all(by_logs, ailing)
    healed = ddfargate("doctor", "--logs", "-o", "json", kubeconfig=ailing.kubeconfig)
    assert _said(healed) == {}, healed.out

    by_probes = _probe(ailing)
    assert _said(by_probes) == IN_PROBES, by_probes.out
    _paste_all(by_probes, ailing)
    last = _probe(ailing)
    assert (last.code, _said(last)) == (0, {}), last.out


def _probe(cluster: NodeCluster) -> Run:
    return ddfargate("probe", "--yes", "-o", "json", "-n", "shop", kubeconfig=cluster.kubeconfig, timeout=200)


def _said(run: Run) -> dict[str, set[str]]:
    """Id → workloads, of what agents say."""
    return {id_: set(names) for id_, names in run.findings("error").items() if id_.startswith("DDF8")}


def _paste_all(run: Run, cluster: NodeCluster) -> None:
    """Each finding in a shell of its own, its commands one after the other."""
    fixes = [finding["fix"] for finding in run.report["findings"] if finding["id"].startswith("DDF8")]
    assert not any(fix["patch"] for fix in fixes), "there is more to do"

    def follow(commands: Iterable[str]) -> None:
        for command in commands:
            paste(command, cluster)

    with ThreadPoolExecutor() as shells:
        list(shells.map(follow, [fix["commands"] for fix in fixes]))
