"""A part of the cluster: named rightly, and never green because it is only a part."""

from __future__ import annotations

from tests.cluster.cluster import Cluster
from tests.cluster.reference import healthy_reference
from tests.doctor.running import ddfargate


def test_a_namespace_that_is_not_there(cluster: Cluster) -> None:
    healthy_reference(cluster)

    run = ddfargate("doctor", "-n", "shopp", kubeconfig=cluster.kubeconfig)

    assert (run.code, run.out) == (2, "")
    assert "there is no namespace shopp; did you mean shop?" in run.err


def test_a_namespace_in_which_nothing_injects(cluster: Cluster) -> None:
    healthy_reference(cluster, injector=None)

    run = ddfargate("doctor", "-o", "json", "-n", "shop", kubeconfig=cluster.kubeconfig)

    assert run.findings("error", "warning") == {"DDF319": ["web"]}
