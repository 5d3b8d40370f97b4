"""The incident that the tool grew from, in three stages, on the reference cluster.

1: agents without a URL. 2: with the DNS name of the cluster agent. 3: with a self-managed Service's fixed
address, by a policy that still has the faults of a hand-made one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from .agent import DNS_URL, Credentials, agent
from .cluster import Cluster
from .kyverno import Kyverno
from .kyverno_policies import cluster_policy
from .operator import DatadogOperator
from .reference import TARGETS, build

Stage = Literal[1, 2, 3]
FIXED_ADDRESS = "172.20.177.177"
URLS: Mapping[Stage, str | None] = {1: None, 2: DNS_URL, 3: f"https://{FIXED_ADDRESS}:5005"}
INJECTOR = "story-sidecar-injector"
POLICY, RULE = "add-datadog-sidecar", "fargate-pods"


def story(
    cluster: Cluster,
    *,
    stage: Stage,
    covers: Sequence[str] = ("coredns",),
    credentials: Credentials = "literal",
    kyverno: Kyverno | None = None,
    operator: DatadogOperator | None = None,
    **policy: Any,
) -> None:
    """Build one stage in an empty cluster. `covers` names workloads of the reference.

    With `kyverno` the injector is a ClusterPolicy of the real one, without it a stand-in webhook that does the
    same; `operator` is as in `healthy_reference`. `policy` changes the injector (`failure_policy="Ignore"`,
    `operations=("CREATE",)`; see `Cluster.stand_in_webhook` and `kyverno_policies.cluster_policy`).
    """
    targets = [target for target in TARGETS if target.name in covers]
    label_sets = [target.labels for target in targets]
    # The image without a tag: so it stood in the policy.
    container = agent(url=URLS[stage], credentials=credentials, image="datadog/agent")
    options: dict[str, Any] = {"annotations": {"datadog-inject": "true"}, **policy}

    def inject() -> None:
        if kyverno is None:
            cluster.stand_in_webhook(INJECTOR, container=container, label_sets=label_sets, **options)
            return
        cluster.apply(cluster_policy(POLICY, rule=RULE, container=container, label_sets=label_sets, **options))
        for target in targets:
            cluster.wait_until_injected(container, target.labels, target.namespace)

    build(
        cluster,
        installed_by="operator",
        fixed_address=FIXED_ADDRESS if stage == 3 else None,
        inject=inject,
        operator=operator,
    )
