"""A healthy cluster whose containers answer as a test says."""

from __future__ import annotations

import pytest

from tests.cluster.cluster import Cluster
from tests.cluster.reference import healthy_reference
from tests.probe.running import GOOD, PYTHON


@pytest.fixture(scope="module")
def healthy(running_cluster: Cluster) -> Cluster:
    """A healthy cluster, for all tests here: they change only what containers answer."""
    running_cluster.reset()
    healthy_reference(running_cluster)
    return running_cluster


@pytest.fixture
def probed(healthy: Cluster) -> Cluster:
    """All agents reach all."""
    for namespace in ("kube-system", "karpenter", "shop"):
        healthy.set_exec(namespace, "", "datadog-agent", PYTHON, stdout=GOOD)
    return healthy
