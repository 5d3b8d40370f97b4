"""What cures a fault that a probe met and that another check knows: where nothing but the agents is judged."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from kubectl_ddfargate.checks.registry import REGISTRY, Check, Problem
from kubectl_ddfargate.checks.subjects import subjects_of
from kubectl_ddfargate.facts.agents import AgentGroup
from kubectl_ddfargate.facts.explained import explanation
from kubectl_ddfargate.facts.heard import Heard, was_probed
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.facts.workloads import WorkloadRef

WAY = ("DDF207", "DDF201", "DDF205", "DDF202", "DDF204", "DDF206", "DDF213", "DDF209", "DDF211")
TOKEN = ("DDF401", "DDF402", "DDF403", "DDF404", "DDF406", "DDF408")
KUBELET = ("DDF502", "DDF503", "DDF501")
"""Checks that find what a probe meets, the furthest upstream first."""


def known_cause(index: Index, group: AgentGroup, found: tuple[Heard, ...], ids: tuple[str, ...]) -> Problem | None:
    """What the first check of `ids` finds wrong with a group of which a probe told; None where none explains it.

    Beside `doctor --logs` these checks have findings of their own: there this is always None.
    """
    if not was_probed(index) or explanation(index, group, found[0].says) is None:
        return None
    problems = (problem for id_ in ids for problem in _problems(index, group.ref, REGISTRY[id_]))
    return next(problems, None)


def _problems(index: Index, ref: WorkloadRef, check: Check) -> Iterator[Problem]:
    """What a check finds wrong with one workload, as far as it can be told.

    A check that crashes only leaves the fault without this cause: what a probe met is certain all the same.
    """
    things: list[Any] = []
    with suppress(Exception):  # what it gives before it crashes is judged
        things.extend(check.over(index))
    for thing in things:
        problem = None
        with suppress(Exception):
            problem = _problem(index, ref, check, thing)
        if problem is not None:
            yield problem


def _problem(index: Index, ref: WorkloadRef, check: Check, thing: Any) -> Problem | None:
    problem = check.judge(index, thing)
    if problem is None:
        return None
    subjects = problem.subjects if problem.subjects is not None else subjects_of(thing, None)
    is_ours = any((one.kind, one.namespace, one.name) == (ref.kind, ref.namespace, ref.name) for one in subjects)
    return problem if is_ours else None
