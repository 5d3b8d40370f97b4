"""Fixtures that all tests may use. `cluster` is the real one: see tests/cluster/README.md."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.binaries.build import binaries
from tests.cluster.binaries.toolchain import BuildImpossibleError
from tests.cluster.cluster import Cluster
from tests.cluster.control_plane import ControlPlane


@pytest.fixture(scope="session")
def control_plane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    """The control plane of this session: built when it must be, started once, ended at the end."""
    try:
        programs = binaries()
    except BuildImpossibleError as error:
        if os.environ.get("CI") == "true":
            pytest.fail(f"CI must run the tests of the cluster: {error}", pytrace=False)
        pytest.skip(f"no control plane can be built here: {error}")
    folder: Path = tmp_path_factory.mktemp("control-plane")
    plane = ControlPlane.start(folder, programs)
    yield plane
    plane.stop()


@pytest.fixture(scope="session")
def running_cluster(control_plane: ControlPlane) -> Cluster:
    """The one cluster of this session, not reset."""
    return Cluster(control_plane)


@pytest.fixture
def cluster(running_cluster: Cluster) -> Cluster:
    """The cluster, empty as after its start."""
    running_cluster.reset()
    return running_cluster
