"""Reads of a cluster what the checks need, and nothing else, into a Snapshot."""

from kubectl_ddfargate.cluster.collect.collector import Collecting, collect
from kubectl_ddfargate.cluster.collect.wanted import PROVE_LIMIT, Wanted

__all__ = ["PROVE_LIMIT", "Collecting", "Wanted", "collect"]
