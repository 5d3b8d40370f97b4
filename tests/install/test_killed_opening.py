"""An install that opens Kyverno's exclusions, killed at any of its writes: they are closed again in the end."""

from __future__ import annotations

from pathlib import Path

from tests.cluster.cluster import Cluster
from tests.cluster.kyverno import Kyverno
from tests.doctor.running import ddfargate
from tests.install.killing import killed_after
from tests.install.reference import bare, install, uninstall
from tests.install.state import KINDS, KYVERNO_KINDS, state, writes

WORDS = ("--injector", "kyverno", "--fix-kyverno-exclusions", "--target", "kube-system/deployment/coredns")
# The API server's paths, as they stand in a trace.
CONFIG = "/api/v1/namespaces/kyverno/configmaps/kyverno"


def test_killed_at_each_write(cluster: Cluster, kyverno: Kyverno, tmp_path: Path) -> None:
    """Whatever was written when it ended, the next run opens, and `uninstall` puts back what stood there first."""
    kinds = (*KINDS, *KYVERNO_KINDS)
    _stock(cluster, kyverno)
    trace = tmp_path / "whole"
    whole = install(cluster, *WORDS, "--trace-requests", str(trace), folder=tmp_path)
    assert whole.code == 0, whole.out + whole.err
    written = writes(trace)
    assert sum(CONFIG in one for one in written) == 1, written
    # A reset keeps what is noted on the ConfigMap, for Kyverno stays.
    assert uninstall(cluster).code == 0
    for number, write in enumerate(written, 1):
        cluster.reset(keep=[kyverno])
        _stock(cluster, kyverno)
        config, before = _config(cluster), state(cluster, kinds=kinds)
        killed_after(cluster, number, tmp_path / f"trace-{number}", *WORDS)

        again = install(cluster, *WORDS, folder=tmp_path)
        assert again.code == 0, f"after {write}: {again.out}{again.err}"
        assert _config(cluster) != config
        assert ddfargate("diff", *WORDS, kubeconfig=cluster.kubeconfig).code == 0

        gone = uninstall(cluster)
        assert gone.code == 0, f"after {write}: {gone.out}{gone.err}"
        assert _config(cluster) == config, f"after {write}"
        assert state(cluster, kinds=kinds) == before, f"after {write}"


def _stock(cluster: Cluster, kyverno: Kyverno) -> None:
    """Nothing injects, and Kyverno leaves kube-system out in both ways, as after its installation."""
    bare(cluster)
    kyverno.configure_stock()


def _config(cluster: Cluster) -> tuple[dict[str, str], dict[str, str]]:
    """What Kyverno's ConfigMap says, and what is noted on it."""
    found = cluster.existing("ConfigMap", "kyverno", "kyverno")
    return found["data"], found["metadata"].get("annotations") or {}
