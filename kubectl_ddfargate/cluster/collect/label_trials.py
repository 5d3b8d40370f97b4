"""Sends one pod as dry-runs, each time without one of its labels: so is seen which of them bring the agent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from kubectl_ddfargate.cluster.collect.reading import SOFT, Reading
from kubectl_ddfargate.cluster.dry_runs import Trials
from kubectl_ddfargate.facts.agents import has_agent

MOST_LABELS = 20
"""Labels of one template that are left out in turn."""


class Tried(msgspec.Struct, frozen=True):
    """Keys of labels, in the order of the alphabet. All others bring nothing by themselves."""

    deciding: tuple[str, ...]
    """Without which no agent comes."""
    unknown: tuple[str, ...]
    """Those over the limit, and those without which the server gave no pod: that tells nothing of the agent."""


def try_without_each(reading: Reading, kind: str, pod: dict[str, Any], labels: Iterable[str]) -> Tried:
    """Leave out each of these labels of a pod of such a workload, which gets an agent where it has all of them."""
    trials = Trials(reading.gateway)
    every = sorted(labels)
    deciding: list[str] = []
    unknown = every[MOST_LABELS:]

    def leave_out(label: str) -> None:
        kept = {key: value for key, value in pod["metadata"]["labels"].items() if key != label}
        try:
            answer = trials.send(kind, {**pod, "metadata": {**pod["metadata"], "labels": kept}})
        except SOFT:
            unknown.append(label)
        else:
            if not has_agent(answer.spec):
                deciding.append(label)

    with reading.in_parallel() as run:
        for label in every[:MOST_LABELS]:
            run(leave_out, label)
    return Tried(tuple(sorted(deciding)), tuple(sorted(unknown)))
