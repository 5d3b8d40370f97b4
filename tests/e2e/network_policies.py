"""Enforces NetworkPolicies on the node, as a policy controller of a CNI would: the bridge alone enforces none.

Ingress only, and of the API what these tests use: selectors by labels, ports by number. Anything else is refused.
"""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from tests.cluster.api import Manifest
from tests.cluster.binaries.build import node_programs
from tests.cluster.node.cluster import NodeCluster

_TABLE = "inet policies_of_the_tests"
_EVERY = 0.2


@contextmanager
def enforced(cluster: NodeCluster) -> Iterator[None]:
    """While this lasts, what policies say holds a moment after it changes."""
    controller = _Controller(cluster)
    controller.start()
    try:
        yield
    finally:
        controller.stop()


class _Controller(threading.Thread):
    def __init__(self, cluster: NodeCluster) -> None:
        super().__init__(daemon=True)
        self._cluster = cluster
        self._ended = threading.Event()
        self._nft = dict(node_programs())["nft"]
        self._failed: Exception | None = None
        self._now = ""

    def run(self) -> None:
        try:
            while not self._ended.wait(_EVERY):
                self._load("\n".join(rules(self._cluster)))
        except Exception as error:  # noqa: BLE001  told where the test ends: a thread has nobody to tell
            self._failed = error

    def stop(self) -> None:
        """Enforce nothing more. Raises what went wrong meanwhile."""
        self._ended.set()
        self.join()
        self._load("")
        if self._failed is not None:
            raise self._failed

    def _load(self, wanted: str) -> None:
        """All rules at once, in the place of those before."""
        if wanted == self._now:
            return
        chain = "type filter hook forward priority 0; policy accept;\nct state established,related accept\n"
        text = f"table {_TABLE} {{}}\ndelete table {_TABLE}\n"
        if wanted:
            text += f"table {_TABLE} {{\nchain forward {{\n{chain}{wanted}\n}}\n}}\n"
        command = self._cluster.in_network([self._nft, "-f", "-"])
        subprocess.run(command, input=text, text=True, check=True, capture_output=True)
        self._now = wanted


def rules(cluster: NodeCluster) -> Iterator[str]:
    """The lines of a chain that forwards: first who may, then that nobody else may."""
    pods = [pod for pod in cluster.items("Pod") if pod["status"].get("podIP")]
    spaces = {one["metadata"]["name"]: one["metadata"]["labels"] for one in cluster.items("Namespace")}
    closed: dict[str, None] = {}
    for policy in cluster.items("NetworkPolicy"):
        place, spec = policy["metadata"]["namespace"], policy["spec"]
        if "Ingress" not in spec.get("policyTypes", ["Ingress"]):
            continue
        for pod in pods:
            if pod["metadata"]["namespace"] != place or not _selects(spec["podSelector"], _labels(pod)):
                continue
            address = pod["status"]["podIP"]
            closed[address] = None
            for rule in spec.get("ingress", ()):
                yield from _admitting(rule, address, place, pods, spaces)
    yield from (f"ip daddr {address} drop" for address in closed)


def _admitting(
    rule: Manifest, address: str, place: str, pods: list[Manifest], spaces: Mapping[str, Mapping[str, str]]
) -> Iterator[str]:
    ports = [f"{one.get('protocol', 'TCP').lower()} dport {int(one['port'])}" for one in rule.get("ports", ())]
    sources = ["ip saddr 0.0.0.0/0"]
    if "from" in rule:
        let_in = [one for one in pods if any(_is_peer(peer, one, place, spaces) for peer in rule["from"])]
        sources = [f"ip saddr {one['status']['podIP']}" for one in let_in]
    for source in sources:
        yield from (f"ip daddr {address} {source} {port} accept" for port in ports or [""])


def _is_peer(peer: Manifest, pod: Manifest, place: str, spaces: Mapping[str, Mapping[str, str]]) -> bool:
    if "ipBlock" in peer:
        raise NotImplementedError("ipBlock")
    own = pod["metadata"]["namespace"]
    if "namespaceSelector" not in peer:
        return own == place and _selects(peer["podSelector"], _labels(pod))
    return _selects(peer["namespaceSelector"], spaces[own]) and _selects(peer.get("podSelector", {}), _labels(pod))


def _labels(pod: Manifest) -> Mapping[str, str]:
    labels: Mapping[str, str] = pod["metadata"].get("labels", {})
    return labels


def _selects(selector: Manifest, labels: Mapping[str, str]) -> bool:
    for one in selector.get("matchExpressions", ()):
        if one["operator"] != "In":
            raise NotImplementedError(one["operator"])
        if labels.get(one["key"]) not in one["values"]:
            return False
    wanted: Mapping[str, str] = selector.get("matchLabels", {})
    return labels.items() >= wanted.items()
