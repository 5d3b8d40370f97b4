"""The incident that the tool grew from, in three stages, on the reference cluster.

1: agents without a URL. 2: with the DNS name of the cluster agent. 3: with a self-managed Service's fixed
address, by a policy that still has the faults of a hand-made one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from .agent import DNS_URL, Credentials, agent
from .cluster import Cluster
from .reference import TARGETS, build

Stage = Literal[1, 2, 3]
FIXED_ADDRESS = "172.20.177.177"
URLS: Mapping[Stage, str | None] = {1: None, 2: DNS_URL, 3: f"https://{FIXED_ADDRESS}:5005"}
INJECTOR = "story-sidecar-injector"


def story(
    cluster: Cluster,
    *,
    stage: Stage,
    covers: Sequence[str] = ("coredns",),
    credentials: Credentials = "literal",
    **policy: Any,
) -> None:
    """Build one stage in an empty cluster. `covers` names workloads of the reference; `policy` changes the
    injector (`failure_policy="Ignore"`, `operations=("CREATE",)`; see `Cluster.stand_in_webhook`)."""
    label_sets = [target.labels for target in TARGETS if target.name in covers]
    # The image without a tag: so it stood in the policy.
    container = agent(url=URLS[stage], credentials=credentials, image="datadog/agent")
    options: dict[str, Any] = {"annotations": {"datadog-inject": "true"}, **policy}

    def inject() -> None:
        cluster.stand_in_webhook(INJECTOR, container=container, label_sets=label_sets, **options)

    build(
        cluster,
        installed_by="operator",
        fixed_address=FIXED_ADDRESS if stage == 3 else None,
        inject=inject,
    )
