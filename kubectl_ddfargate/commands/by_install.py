"""Puts the command of this tool that cures a finding beside what can be done by hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from kubectl_ddfargate.commands.curable import CURABLE
from kubectl_ddfargate.facts.fargate import fargate_workloads
from kubectl_ddfargate.facts.foreign_policies import foreign_injectors, own_policies
from kubectl_ddfargate.facts.index import Index, NotReadError
from kubectl_ddfargate.model.report import Finding, Fix


def with_install(index: Index, findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings with the cure by `install`. Where our policy stands, nothing is to be changed by hand."""
    found = list(findings)
    if not any(finding.id in CURABLE for finding in found):
        yield from found
        return
    installed, replaces = _is_installed(index), _must_replace(index)
    again = Fix(
        commands=(" ".join(filter(None, ("kubectl ddfargate install --restart", index.snapshot.kubectl_flags))),)
    )
    for finding in found:
        if finding.id not in CURABLE:
            yield finding
            continue
        # where a restart alone does it, that is said
        by_install = not finding.fix.by_restart
        fix = msgspec.structs.replace(finding.fix, by_install=by_install, replace_existing=by_install and replaces)
        yield msgspec.structs.replace(finding, fix=again if installed else fix)


def _is_installed(index: Index) -> bool:
    try:
        return bool(own_policies(index))
    except NotReadError:
        return False


def _must_replace(index: Index) -> bool:
    """Whether a plan would stop at a policy of somebody else that it can replace."""
    try:
        found = foreign_injectors(index, [workload.ref for workload in fargate_workloads(index)])
    except NotReadError:
        return False
    return any(one.replaceable for one in found)
