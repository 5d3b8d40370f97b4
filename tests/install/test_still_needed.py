"""What an uninstall keeps: what a pod may need that does not run on Fargate, or that is still to come."""

from __future__ import annotations

import pytest

from tests.cluster.agent import agent
from tests.cluster.cluster import Cluster
from tests.cluster.reference import COMMON_LABEL
from tests.install.reference import bare, install, uninstall


@pytest.mark.parametrize("words", [(), ("--no-wait",)], ids=["waits", "no-wait"])
def test_what_the_next_pod_would_refer_to(cluster: Cluster, words: tuple[str, ...]) -> None:
    """No running pod has an agent, and one that is made now would have: it must find its Secret."""
    bare(cluster)
    assert install(cluster).code == 0
    cluster.injector_policy("still", container=agent(credentials="secret"), labels=COMMON_LABEL)

    kept = uninstall(cluster, *words)
    assert kept.code == 0, kept.out + kept.err
    assert (
        "secret/datadog-secret -n kube-system kept: an agent is still injected into deployment/coredns" in kept.out
    )
    assert cluster.get("Secret", "datadog-secret", "kube-system") is not None

    cluster.delete("MutatingAdmissionPolicyBinding", "still")
    cluster.delete("MutatingAdmissionPolicy", "still")
    gone = uninstall(cluster)
    assert gone.code == 0, gone.out + gone.err
    assert cluster.get("Secret", "datadog-secret", "kube-system") is None


def test_what_a_pod_on_ec2_refers_to(cluster: Cluster) -> None:
    """A target may have no pod on Fargate; a policy that goes by labels takes it wherever it runs."""
    bare(cluster)
    assert install(cluster).code == 0
    containers = [{"name": "api", "image": "x"}, agent(credentials="secret")]
    place = "kube-system"  # where the profile takes pods by a label, which these have not
    cluster.workload("api", place, on_fargate=False, labels={"app": "api"}, containers=containers)

    kept = uninstall(cluster)
    assert kept.code == 0, kept.out + kept.err
    assert f"secret/datadog-secret -n {place} kept: pods of deployment/api -n {place} still refer to it" in kept.out
    assert cluster.get("Secret", "datadog-secret", place) is not None
    assert cluster.get("Secret", "datadog-secret", "shop") is None
