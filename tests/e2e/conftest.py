"""The cluster of these tests: in the place of the simulated kubelets a real node."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.cluster.binaries.build import binaries, node_programs
from tests.cluster.binaries.toolchain import BuildImpossibleError
from tests.cluster.node.cluster import NodeCluster
from tests.cluster.node.remains import remains
from tests.cluster.node.requirements import lacking

_LEFT_OUT = pytest.StashKey[str]()


@pytest.fixture(scope="session")
def control_plane(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[NodeCluster]:
    """A node with its control plane, started once. The name is that by which `tests.quick` knows slow tests."""
    lack = lacking()
    if lack:
        _leave_out(request.config, lack.reason, excused=lack.excused)
    try:
        programs = (binaries(), dict(node_programs()))
    except BuildImpossibleError as error:
        _leave_out(request.config, str(error), excused=False)
    folder = tmp_path_factory.mktemp("node")
    cluster = NodeCluster.start(folder, *programs)
    yield cluster
    cluster.stop()
    assert remains(folder / "node") == []


@pytest.fixture(scope="session")
def node(control_plane: NodeCluster) -> NodeCluster:
    """The cluster of this session, not reset between tests."""
    return control_plane


@pytest.fixture
def cluster(node: NodeCluster) -> NodeCluster:
    """The cluster, empty as after its start."""
    node.check()
    node.reset()
    return node


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """One loud line when these tests did not run."""
    reason = config.stash.get(_LEFT_OUT, None)
    if reason:
        terminalreporter.section("tests/e2e WAS LEFT OUT", sep="!", red=True, bold=True)
        terminalreporter.line(f"nothing was tried on a real node: {reason}", red=True)


def _leave_out(config: pytest.Config, reason: str, *, excused: bool) -> None:
    if os.environ.get("CI") == "true" and not excused:
        pytest.fail(f"CI must run the tests on a real node: {reason}", pytrace=False)
    config.stash[_LEFT_OUT] = reason
    pytest.skip(f"no real node: {reason}")
