"""Whether Datadog's webhook is there to be asked for a proof: registered, not yet, or not known."""

from __future__ import annotations

from pathlib import Path

from kubectl_ddfargate.cluster import connect
from kubectl_ddfargate.commands.datadog_injector import not_registered
from kubectl_ddfargate.model.connection import ConnectionFlags
from tests.cluster.cluster import Cluster
from tests.cluster.users import rule

KIND = "mutatingwebhookconfigurations"


def asked(kubeconfig: Path) -> str:
    with connect(ConnectionFlags(kubeconfig=str(kubeconfig))) as gateway:
        return not_registered(gateway)


def test_what_may_not_be_read_is_not_taken_for_missing(cluster: Cluster) -> None:
    reader = cluster.user("reader", rules=[rule("get", KIND, "admissionregistration.k8s.io")])
    lister = cluster.user("lister", rules=[rule("list", KIND, "admissionregistration.k8s.io")])
    lacks = (
        "whether the cluster agent has registered datadog-webhook is not known: "
        f"you lack get {KIND}.admissionregistration.k8s.io"
    )
    assert asked(lister) == lacks
    assert asked(reader) == "the cluster agent has not registered datadog-webhook yet"

    kind = {"apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingWebhookConfiguration"}
    cluster.apply({**kind, "metadata": {"name": "datadog-webhook"}})
    assert asked(lister) == lacks
    assert asked(reader) == ""
