"""Fixtures that all tests may use. `cluster` is the real one: see tests/cluster/README.md."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.bytecode import keep_bytecode
from tests.cluster.binaries.build import binaries
from tests.cluster.binaries.toolchain import BuildImpossibleError
from tests.cluster.cluster import Cluster
from tests.cluster.control_plane import ControlPlane
from tests.cluster.engines import Engines, order, wanted
from tests.cluster.kyverno import Kyverno
from tests.cluster.operator import DatadogOperator

keep_bytecode()

# A shell that starts the tests in the background has Ctrl-C ignored, and all that they start would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def kubectl() -> Path:
    """The real kubectl, of the test cluster's version. It alone starts nothing."""
    with _building():
        return binaries().kubectl


@pytest.fixture(scope="session")
def control_plane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    """The control plane of this session: built when it must be, started once, ended at the end."""
    with _building():
        programs = binaries()
    folder: Path = tmp_path_factory.mktemp("control-plane")
    plane = ControlPlane.start(folder, programs)
    yield plane
    plane.stop()


@pytest.fixture(scope="session")
def running_cluster(control_plane: ControlPlane) -> Cluster:
    """The one cluster of this session, not reset."""
    return Cluster(control_plane)


@pytest.fixture(scope="session")
def engines(running_cluster: Cluster) -> Iterator[Engines]:
    """The engines beside the cluster, each started when the first test asks for it."""
    engines = Engines(running_cluster)
    yield engines
    engines.stop()


@pytest.fixture
def cluster(request: pytest.FixtureRequest, running_cluster: Cluster, engines: Engines) -> Cluster:
    """The cluster, empty as after its start; with the engines that the test asks for, and no other."""
    with _building():
        engines.prepare(wanted(request.fixturenames))
    return running_cluster


@pytest.fixture
def kyverno(cluster: Cluster, engines: Engines) -> Kyverno:
    """The real Kyverno, without policies, and with kube-system covered."""
    engine = engines.get("kyverno")
    assert isinstance(engine, Kyverno)
    return engine


@pytest.fixture
def operator(cluster: Cluster, engines: Engines) -> DatadogOperator:
    """The real Datadog Operator, without a DatadogAgent."""
    engine = engines.get("operator")
    assert isinstance(engine, DatadogOperator)
    return engine


@pytest.fixture
def end_engines(engines: Engines) -> Callable[[], None]:
    """Ends all engines and empties the cluster. Tests with it go last, so that nothing starts twice."""
    return lambda: engines.prepare(())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests with engines go last, in a row: an engine takes seconds to come and to go."""
    items.sort(key=lambda item: order(getattr(item, "fixturenames", ())))


@contextmanager
def _building() -> Iterator[None]:
    """Skip where programs cannot be built, but fail in CI."""
    try:
        yield
    except BuildImpossibleError as error:
        if os.environ.get("CI") == "true":
            pytest.fail(f"CI must run the tests of the cluster: {error}", pytrace=False)
        pytest.skip(f"what this test needs cannot be built here: {error}")
