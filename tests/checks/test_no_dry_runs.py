"""A webhook that takes no dry-runs: what rests on proof is unknown, and says whose fault it is."""

from __future__ import annotations

from tests.checks.curing import paste
from tests.checks.stored_before import without_dry_runs
from tests.cluster.agent import agent
from tests.cluster.cluster import Cluster
from tests.cluster.reference import healthy_reference
from tests.doctor.running import ddfargate

PROVED = "DDF310"
WEBHOOK = "older-injector"
LABELS = {"app": "batch"}


def test_it_is_named_with_what_to_do(cluster: Cluster) -> None:
    healthy_reference(cluster)
    cluster.workload("batch", "shop", labels=LABELS)
    cluster.stand_in_webhook(WEBHOOK, container=agent(), label_sets=[LABELS], operations=["CREATE"])
    without_dry_runs(cluster, WEBHOOK, LABELS)

    run = ddfargate("doctor", "-o", "json", kubeconfig=cluster.kubeconfig)

    assert run.code == 3, run.out
    assert run.findings("error") == {}
    (check,) = (one for one in run.report["checks"] if one["id"] == PROVED)
    assert check["status"] == "unknown"
    reason = check["reason"]
    assert (
        f"webhook {WEBHOOK}.ddfargate.test of mutatingwebhookconfigurations/{WEBHOOK} takes no dry-runs" in reason
    )
    assert "leave proof out with --no-prove" in reason
    look = reason.partition("look: ")[2]
    assert "sideEffects: Some" in paste(look, cluster)

    traced = ddfargate("doctor", "deployment/batch", "-n", "shop", kubeconfig=cluster.kubeconfig)
    assert f"webhook {WEBHOOK}.ddfargate.test" in traced.out

    without = ddfargate("doctor", "--no-prove", "-o", "json", kubeconfig=cluster.kubeconfig)
    assert (without.code, without.status(PROVED)) == (0, "skip")
