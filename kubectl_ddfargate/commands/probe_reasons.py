"""Why nothing was tried in containers: told once, where it is the same for many."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from kubectl_ddfargate.facts.index import describe
from kubectl_ddfargate.model.kube.agent_words import ANSWERED, Probe
from kubectl_ddfargate.model.probe import ProbeTarget
from kubectl_ddfargate.model.report import CheckResult
from kubectl_ddfargate.model.snapshot import Unread

NO_ANSWER = "the probe gave no answer"
_NODE = re.compile(r"(?<=dial tcp) \S+:\d+(?=:)")
"""The address of a node's kubelet, which is another one for each pod on Fargate."""


def why_refused(refused: Iterable[Unread]) -> Mapping[tuple[str | None, str | None], str]:
    """Namespace and pod → why nothing could be executed there. Without a pod: in the whole namespace."""
    return {(one.namespace, one.name): _NODE.sub("", one.reason) for one in refused}


def folded(
    checks: Iterable[CheckResult],
    targets: Iterable[ProbeTarget],
    probes: Iterable[Probe],
    refused: Iterable[Unread],
) -> Iterator[CheckResult]:
    """The checks, with one reason for all workloads that share it: `4 workloads: connection refused`."""
    shared = dict(_told(targets, probes, refused))
    for check in checks:
        counts = Counter(why for text, why in shared.items() if text in check.reason)
        rest = check.reason
        for text, why in shared.items():
            if counts[why] > 1:
                rest = rest.replace(text, "")
        others = (part for part in rest.split("; ") if part)
        parts = [*(f"{count} workloads: {why}" for why, count in counts.items() if count > 1), *others]
        yield msgspec.structs.replace(check, reason="; ".join(parts))


def _told(
    targets: Iterable[ProbeTarget], probes: Iterable[Probe], refused: Iterable[Unread]
) -> Iterator[tuple[str, str]]:
    """What the checks say of each workload that gave no answer, and the reason in it."""
    names = {(one.namespace, one.pod): one.workload for one in targets}
    why = why_refused(refused)
    for unread in refused:
        if unread.name is not None:
            yield describe(unread), why[unread.namespace, unread.name]
    for probe in probes:
        if probe.outcome != ANSWERED:
            message = probe.message or NO_ANSWER
            yield f"{names.get((probe.namespace, probe.pod))} -n {probe.namespace}: {message}", message
