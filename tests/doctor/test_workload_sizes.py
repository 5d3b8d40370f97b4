"""The sizes of the table of workloads, told from records alone."""

from __future__ import annotations

from kubectl_ddfargate.commands.workload_table import workload_rows
from kubectl_ddfargate.facts.index import Index
from tests.checks.injected import USUAL, pods
from tests.resolve.clusters import BASICS, cluster_agent, snapshot, workload


def test_what_an_agent_that_is_there_made_larger_can_be_told_whether_or_not_it_must() -> None:
    found = snapshot(
        BASICS,
        cluster_agent(),
        pods("avoidable", {"cpu": "250m", "memory": "70Mi"}, USUAL),
        pods("unavoidable", {"cpu": "300m", "memory": "700Mi"}, USUAL),
        pods("kept", {"cpu": "300m", "memory": "1Gi"}, USUAL),
        workload("without", "shop", labels={"app": "without"}),
    )
    sizes = {row.name: (row.size.without_agent, row.size.requested) for row in workload_rows(Index(found))}
    assert sizes == {
        "avoidable": ("0.25/0.5", "0.5/1"),
        "unavoidable": ("0.5/1", "0.5/2"),
        "kept": ("0.5/2", "0.5/2"),
        "without": (None, "0.25/0.5"),
    }
