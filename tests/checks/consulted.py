"""Which kinds a check really asks for, against those that it declares."""

from __future__ import annotations

from pathlib import Path

from kubectl_ddfargate.checks import CHECKS
from kubectl_ddfargate.checks.runner import run_checks
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.facts.kubelet_rights import REVIEWS
from kubectl_ddfargate.model.kinds import JOBS, PODS, REPLICA_SETS
from kubectl_ddfargate.snapshot_file import load

ALWAYS = {kind.plural for kind in (PODS, REPLICA_SETS, JOBS)} | {REVIEWS}
"""What leads from pods to the workloads that every finding names."""


def relied_on(file: Path) -> dict[str, set[str]]:
    """Check id → the plurals without which it has no answer on a saved snapshot."""
    snapshot = load(file)
    found: dict[str, set[str]] = {}
    for check in CHECKS:
        index = Index(snapshot)
        run_checks(index, [check])
        found[check.id] = index.relied_on - (ALWAYS - {PODS.plural})
    return found


def undeclared(file: Path) -> dict[str, set[str]]:
    """Check id → plurals that it reads and does not declare."""
    snapshot = load(file)
    found: dict[str, set[str]] = {}
    for check in CHECKS:
        index = Index(snapshot)  # its memory would hide what a check asks for that another has asked for
        if run_checks(index, [check]).findings:
            continue  # making a fix looks further than judging
        extra = index.consulted - ALWAYS - {kind.plural for kind in check.needs}
        if extra:
            found[check.id] = extra
    return found
