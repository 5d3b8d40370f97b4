"""A run that is killed at any of its writes leaves what the next run brings to its end."""

from __future__ import annotations

from pathlib import Path

from tests.cluster.cluster import Cluster
from tests.cluster.kyverno import Kyverno
from tests.cluster.story import story
from tests.doctor.running import ddfargate
from tests.install.killing import killed_after
from tests.install.reference import bare, install
from tests.install.state import writes


def test_killed_at_each_write(cluster: Cluster, tmp_path: Path) -> None:
    bare(cluster)
    trace = tmp_path / "whole"
    assert install(cluster, "--trace-requests", str(trace)).code == 0
    count = len(writes(trace))
    assert count >= 6
    for number in range(1, count + 1):
        cluster.reset()
        bare(cluster)
        killed_after(cluster, number, tmp_path / f"trace-{number}")
        again = install(cluster)
        assert again.code == 0, f"after write {number}: {again.out}{again.err}"
        assert ddfargate("diff", kubeconfig=cluster.kubeconfig).code == 0


def test_killed_while_it_replaces_a_policy(cluster: Cluster, kyverno: Kyverno, tmp_path: Path) -> None:
    """Also between the old policy's stepping aside, ours, and the end of the old one."""
    words = ("--replace-existing", "--injector", "kyverno")
    story(cluster, stage=1, kyverno=kyverno)
    trace = tmp_path / "whole"
    assert install(cluster, *words, "--trace-requests", str(trace), folder=tmp_path).code == 0
    count = len(writes(trace))
    assert count >= 4
    for number in range(1, count + 1):
        cluster.reset(keep=[kyverno])
        story(cluster, stage=1, kyverno=kyverno)
        folder = tmp_path / str(number)
        folder.mkdir()
        killed_after(cluster, number, folder / "trace", *words)
        again = install(cluster, *words, folder=folder)
        assert again.code == 0, f"after write {number}: {again.out}{again.err}"
        assert cluster.get("ClusterPolicy", "add-datadog-sidecar") is None
        kept = (folder / "add-datadog-sidecar.backup.yaml").read_text(encoding="utf-8")
        assert "AllNotIn" not in kept
        assert ddfargate("diff", *words, kubeconfig=cluster.kubeconfig).code == 0
