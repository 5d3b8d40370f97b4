"""Reads of a cluster what the checks need, and nothing else, into a Snapshot."""

from kubectl_ddfargate.cluster.collect.collector import Wanted, collect

__all__ = ["Wanted", "collect"]
