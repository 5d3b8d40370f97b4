"""What keeps an object from being applied is told with its next step: a plan holds nothing else of an error."""

from __future__ import annotations

import pytest

from kubectl_ddfargate.cluster import connect
from kubectl_ddfargate.cluster.objects import Objects
from kubectl_ddfargate.commands.comparing import changes
from kubectl_ddfargate.model.connection import ConnectionFlags
from kubectl_ddfargate.model.objects import Desired
from kubectl_ddfargate.model.plan import Op
from tests.cluster.cluster import Cluster

SERVICE = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "x", "namespace": "default"},
    "spec": {"ports": [{"port": 99999}]},
}
UNKNOWN = (
    {"kind": "ExternalSecret", "apiVersion": "external-secrets.io/v1"},
    {
        "kind": "ClusterPolicy",
        "apiVersion": "kyverno.io/v1",
    },
)
NAMED = {"metadata": {"name": "x", "namespace": "default"}}


@pytest.mark.parametrize(
    ("manifest", "told", "not_told"),
    [
        (SERVICE, "; next: read what the server says", "--injector"),
        ({**NAMED, **UNKNOWN[0]}, "; next: install the External Secrets Operator", "--injector"),
        (
            {**NAMED, **UNKNOWN[1]},
            "; next: install what brings this kind, or choose another --injector",
            "--secrets",
        ),
    ],
    ids=["refused", "external-secret", "policy"],
)
def test_with_its_next_step(cluster: Cluster, manifest: dict[str, object], told: str, not_told: str) -> None:
    with connect(ConnectionFlags(kubeconfig=str(cluster.kubeconfig))) as gateway:
        (change,) = changes(Objects(gateway), [Desired(manifest=manifest, why="", component="secret")])

    assert change.op is Op.BLOCKED
    assert told in change.message
    assert not_told not in change.message
