"""Which kinds a check really asks for, against those that it declares."""

from __future__ import annotations

from pathlib import Path

from kubectl_ddfargate.checks import CHECKS, Check
from kubectl_ddfargate.checks.runner import run_checks
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.facts.kubelet_rights import REVIEWS
from kubectl_ddfargate.model.kinds import JOBS, PODS, REPLICA_SETS
from kubectl_ddfargate.snapshot_file import load

ALWAYS = {kind.plural for kind in (PODS, REPLICA_SETS, JOBS)} | {REVIEWS}
"""What leads from pods to the workloads that every finding names."""


def relied_on(file: Path, check: Check) -> set[str]:
    """The plurals without which one check has no answer on a saved snapshot."""
    index = Index(load(file))
    run_checks(index, [check])
    return index.relied_on - (ALWAYS - {PODS.plural})


def undeclared(file: Path) -> dict[str, set[str]]:
    """Check id → plurals that it reads and does not declare."""
    found: dict[str, set[str]] = {}
    for check in CHECKS:
        index = Index(load(file))
        if run_checks(index, [check]).findings:
            continue  # making a fix looks further than judging
        extra = index.consulted - ALWAYS - {kind.plural for kind in check.needs}
        if extra:
            found[check.id] = extra
    return found
