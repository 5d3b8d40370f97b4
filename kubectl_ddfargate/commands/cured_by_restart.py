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
from kubectl_ddfargate.facts.workloads import WorkloadRef
from kubectl_ddfargate.model.kinds import PODS
from kubectl_ddfargate.model.kube.pods import PodSpec
from kubectl_ddfargate.model.report import CheckResult, Finding, Fix, Status


def cured_by_restart(index: Index, findings: Iterable[Finding]) -> Mapping[Finding, Fix]:
    """The findings that go by restarts alone, each with those of its workloads; with all, where these leave it."""
    found, older = list(findings), _older(index)
    if not found or not older:
        return {}
    parts: dict[tuple[WorkloadRef, ...], list[Finding]] = {}
    for finding in _gone(index, found, older):
        places = _places(finding)
        refs = tuple(one.ref for one in older if one.ref[:3] in places)
        parts.setdefault(refs, []).append(finding)
    fixes: dict[Finding, Fix] = {}
    for refs, members in parts.items():
        wanted = set(refs)
        part = tuple(one for one in older if one.ref in wanted)
        enough = _gone(index, members, part) if 0 < len(part) < len(older) else ()
        fixes |= {one: _restart(index, part if one in enough else older) for one in members}
    return fixes


def _restart(index: Index, older: Iterable[Outdated]) -> Fix:
    commands = tuple(command for one in older for command in restart(index, one.ref))
    return Fix(commands=commands, by_restart=True)


def _gone(index: Index, findings: Iterable[Finding], older: Iterable[Outdated]) -> tuple[Finding, ...]:
    """Those of which nothing is left after the restart of these workloads. What is not known then is not gone."""
    found = tuple(findings)
    checks = [BY_ID[id_] for id_ in sorted({one.id for one in found})]
    after = run_checks(_renewed(index, older), checks)
    judged = {one.id for one in after.results if _is_whole(one)}
    return tuple(one for one in found if one.id in judged and not any(_is_left(one, by) for by in after.findings))


def _is_whole(result: CheckResult) -> bool:
    """Whether nothing stayed unknown; a check that fails has a reason only where something did."""
    return result.status in (Status.PASS, Status.SKIP) or (result.status is Status.FAIL and not result.reason)


def _is_left(finding: Finding, later: Finding) -> bool:
    """Whether the later one is of the same check and workload. What is about no workload is about everything."""
    if finding.id != later.id or not finding.subjects or not later.subjects:
        return finding.id == later.id
    return not _places(finding).isdisjoint(_places(later))


def _places(finding: Finding) -> set[tuple[str, str, str]]:
    return {(one.namespace, one.kind, one.name) for one in finding.subjects}


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
