"""Reads of a cluster what the checks need, and nothing else, into a Snapshot."""

from kubectl_ddfargate.cluster.collect.collector import Collecting, collect
from kubectl_ddfargate.cluster.collect.wanted import Wanted

__all__ = ["Collecting", "Wanted", "collect"]
