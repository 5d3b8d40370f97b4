"""Why nothing was tried in containers: told once, where it is the same for many."""

from __future__ import annotations

import re
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
    """The checks, with one reason for all workloads that share it: `4 workloads: connection refused`.

    A workload counts once, however many of its pods or agents gave no answer.
    """
    told = list(_told(targets, probes, refused))
    for check in checks:
        shared: dict[str, list[_Silent]] = {}
        for one in told:
            if one.text in check.reason:
                shared.setdefault(one.why, []).append(one)
        rest = check.reason
        parts = []
        for why, members in shared.items():
            texts = dict.fromkeys(one.text for one in members)
            if len(texts) > 1:
                workloads = dict.fromkeys(one.workload for one in members)
                who = f"{len(workloads)} workloads" if len(workloads) > 1 else next(iter(workloads))
                parts.append(f"{who}: {why}")
                for text in texts:
                    rest = rest.replace(text, "")
        parts += (part for part in rest.split("; ") if part)
        yield msgspec.structs.replace(check, reason="; ".join(parts))


class _Silent(msgspec.Struct, frozen=True):
    """What the checks say of a pod or workload that gave no answer, whose it is, and the reason in it."""

    text: str
    workload: str
    why: str


def _told(targets: Iterable[ProbeTarget], probes: Iterable[Probe], refused: Iterable[Unread]) -> Iterator[_Silent]:
    names = {(one.namespace, one.pod): one.workload for one in targets}
    why = why_refused(refused)
    for unread in refused:
        if unread.name is not None:
            address = f"{names.get((unread.namespace or '', unread.name))} -n {unread.namespace}"
            yield _Silent(describe(unread), address, why[unread.namespace, unread.name])
    for probe in probes:
        if probe.outcome != ANSWERED:
            message = probe.message or NO_ANSWER
            address = f"{names.get((probe.namespace, probe.pod))} -n {probe.namespace}"
            yield _Silent(f"{address}: {message}", address, message)
