"""Records the Snapshots of the grid anew: `make grid-record` (RECORD_GRID=1). Not a test of anything."""

from __future__ import annotations

import pytest

from kubectl_ddfargate.commands.doctor import DoctorOptions, read_cluster
from kubectl_ddfargate.model.connection import ConnectionFlags
from tests.cluster.cluster import Cluster
from tests.cluster.reference import healthy_reference
from tests.grid.recorded import HEALTHY, file_of, first_cases, look, write


def test_record_the_healthy_cluster(cluster: Cluster) -> None:
    healthy_reference(cluster)
    flags = ConnectionFlags(kubeconfig=str(cluster.kubeconfig))
    snapshot, _ = read_cluster(flags, DoctorOptions(), trace=None, progress=None, warn=print)
    write(snapshot, HEALTHY)


@pytest.mark.parametrize("check", first_cases())
def test_record(check: str, cluster: Cluster) -> None:
    case = first_cases()[check]
    write(look(case, case.build(cluster)), file_of(check))
