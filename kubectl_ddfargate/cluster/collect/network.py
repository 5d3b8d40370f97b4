"""What may keep traffic from the cluster agent: read only as far as there is anything to judge."""

from __future__ import annotations

from kubectl_ddfargate.cluster.collect.reading import Reading
from kubectl_ddfargate.model import kinds
from kubectl_ddfargate.model.snapshot import Snapshot


def read_network(reading: Reading, snapshot: Snapshot) -> None:
    """NetworkPolicies where cluster agents are, and who enforces them where there are any."""
    places = {pod.namespace for pod in reading.objects.get(kinds.CLUSTER_AGENT_PODS.key, ())}
    for place in sorted(places):
        reading.list(kinds.NETWORK_POLICIES, place)
    if snapshot.as_served(kinds.SECURITY_GROUP_POLICIES):
        reading.list(kinds.SECURITY_GROUP_POLICIES)
    if reading.objects.get(kinds.NETWORK_POLICIES.key):
        reading.list(kinds.NODE_PLUGINS)
