"""The same on the real API server: cases one after the other in one cluster, and callers without one right."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from kubectl_ddfargate.model.kinds import KINDS
from kubectl_ddfargate.model.snapshot import Snapshot
from tests.checks.case import Case, load
from tests.cluster.cluster import Cluster
from tests.cluster.users import Rule, rule
from tests.grid.canonical import COMMON
from tests.grid.combined import called
from tests.grid.recorded import first_cases, look


def case_called(check: str, folder: Path) -> Case:
    """The first case of a check, whose workload has a name of its own."""
    original = first_cases()[check].path
    text = re.sub(rf"\b{COMMON}\b(?!/)", called(check), original.read_text(encoding="utf-8"))
    path = folder / check / original.name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return load(path)


def build_together(cluster: Cluster, checks: Sequence[str], folder: Path) -> Snapshot:
    """An empty cluster with all of these faults in it, as doctor reads it."""
    cases = [case_called(check, folder) for check in checks]
    cases[0].build_reference(cluster)
    for case in cases:
        case.take_steps(cluster)
    # one that wants the agents' logs read wants no more than that
    asking = next((case for case in cases if case.options.logs), cases[0])
    return look(asking, cluster.kubeconfig)


def rights_without(plural: str) -> list[Rule]:
    """All that doctor may use, but for one kind and the reviews that stand in for RBAC objects."""
    kinds: Iterable[tuple[str, str]] = dict.fromkeys((kind.plural, kind.group) for kind in KINDS)
    rights = [rule("get list", name, group) for name, group in kinds if name != plural]
    if plural not in ("clusterroles", "clusterrolebindings"):
        rights.append(rule("create", "subjectaccessreviews", "authorization.k8s.io"))
    return [*rights, rule("create", "pods"), rule("get", "pods/log")]
