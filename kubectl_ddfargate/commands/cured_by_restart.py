"""Which findings are of pods that are older than what injects today: a restart alone takes them away.

Told by judging the same cluster with each such pod as the server's dry-run says that it would be made today.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from kubectl_ddfargate.checks import BY_ID
from kubectl_ddfargate.checks.remedies import restart
from kubectl_ddfargate.checks.runner import run_checks
from kubectl_ddfargate.facts.fargate import fargate_workloads
from kubectl_ddfargate.facts.index import Index, NotProvedError, NotReadError
from kubectl_ddfargate.facts.injection import spec_today
from kubectl_ddfargate.facts.outdated import Outdated, needs_restart
from kubectl_ddfargate.model.kinds import PODS
from kubectl_ddfargate.model.kube.pods import PodSpec
from kubectl_ddfargate.model.report import Finding, Fix, Status


def cured_by_restart(index: Index, findings: Iterable[Finding]) -> Mapping[str, Fix]:
    """Id → the restart that cures all findings of that check."""
    ids = {finding.id for finding in findings}
    older = _older(index)
    if not ids or not older:
        return {}
    found = run_checks(_renewed(index, older), [BY_ID[id_] for id_ in sorted(ids)])
    gone = {one.id for one in found.results if one.status in (Status.PASS, Status.SKIP)}
    gone -= {finding.id for finding in found.findings}
    commands = tuple(command for one in older for command in restart(index, one.ref))
    return dict.fromkeys(gone, Fix(commands=commands, by_restart=True))


def _older(index: Index) -> tuple[Outdated, ...]:
    try:
        found = needs_restart(index, fargate_workloads(index))
    except NotReadError:
        return ()
    return tuple(one for one in found if not one.by_hand)


def _renewed(index: Index, older: Iterable[Outdated]) -> Index:
    """The cluster after the restart of these."""
    specs: dict[tuple[str, str], PodSpec] = {}
    for one in older:
        try:
            specs |= {(pod.namespace, pod.name): spec_today(index, one.ref) for pod in one.pods}
        except NotProvedError:  # what is known without a dry-run shows no whole pod
            continue
    pods = [
        msgspec.structs.replace(pod, spec=specs[pod.namespace, pod.name])
        if (pod.namespace, pod.name) in specs
        else pod
        for pod in index.all(PODS)
    ]
    return Index(msgspec.structs.replace(index.snapshot, objects={**index.snapshot.objects, PODS.key: pods}))
