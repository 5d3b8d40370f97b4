"""Tells the workloads of which nobody knows whether their pods are older, as `restart` does."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from kubectl_ddfargate.errors import ExitCode
from kubectl_ddfargate.facts.fargate import Workload
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.facts.outdated import unproved


def tell_not_known(index: Index, workloads: Iterable[Workload], say: Callable[[str], None]) -> ExitCode:
    """Name each with its reason. What a run answers that is good otherwise: PARTIAL where there is one."""
    found = unproved(index, workloads)
    if not found:
        return ExitCode.GOOD
    say("not known whether they are older:")
    for one in found:
        say(f"  ? {one.ref.address}: {one.reason}")
    return ExitCode.PARTIAL
