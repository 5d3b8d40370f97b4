"""doctor on the same cluster twice: the same bytes, but for times."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cluster.cluster import Cluster
from tests.doctor.running import ddfargate
from tests.grid.live import build_together

FAULTS = ("DDF103", "DDF205", "DDF209", "DDF319", "DDF405", "DDF502", "DDF602", "DDF703", "DDF705", "DDF804")
"""Of many kinds, and none that changes what another is about."""
WAYS = (
    ("doctor", "--logs", "--prove", "--show", "all"),
    ("doctor", "--logs", "--prove", "-o", "json"),
    ("doctor", "--logs", "-o", "name"),
    ("doctor", "deployment/web", "-n", "shop", "--logs"),
    ("doctor", "deployment/web", "-n", "shop", "--logs", "-o", "json"),
    ("doctor", "deployment/coredns", "-n", "kube-system", "-o", "json"),
)
_TIMES = re.compile(r'"startedAt": "[^"]*"|"durationSeconds": [\d.]+|read in [\d.]+ m?s|proved [\d.]+ m?s ago')


@pytest.fixture
def broken(cluster: Cluster, tmp_path: Path) -> Cluster:
    build_together(cluster, FAULTS, tmp_path)
    return cluster


def test_twice_the_same(broken: Cluster) -> None:
    different = {}
    for words in WAYS:
        # Each process of its own, and with another order of its sets.
        first, second = (
            ddfargate(*words, kubeconfig=broken.kubeconfig, env={"PYTHONHASHSEED": seed}) for seed in ("1", "2")
        )
        assert first.code == second.code != 2, first.err
        if _TIMES.sub("TIME", first.out) != _TIMES.sub("TIME", second.out):
            different[words] = (first.out, second.out)
    assert different == {}
    told = ddfargate("doctor", "--logs", "-o", "json", kubeconfig=broken.kubeconfig).findings("error", "warning")
    assert set(FAULTS) <= told.keys()
