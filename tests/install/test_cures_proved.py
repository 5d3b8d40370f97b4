"""`doctor --fix --restart` rolls only what is proved, though its plan has no policy."""

from __future__ import annotations

from tests.cluster.cluster import Cluster
from tests.doctor.running import ddfargate
from tests.install.reference import bare, install
from tests.restart.injecting import restarted


def test_a_restart_alone_is_proved_first(cluster: Cluster) -> None:
    bare(cluster)
    assert install(cluster).code == 0

    words = ("doctor", "--fix", "--restart", "--yes", "--settle", "1s")
    run = ddfargate(*words, kubeconfig=cluster.kubeconfig, timeout=200)

    assert "proved by dry-run" in run.out, run.out + run.err
    assert restarted(cluster, "coredns", "kube-system")
