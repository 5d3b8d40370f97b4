"""Puts the command of this tool that cures a finding beside what can be done by hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from kubectl_ddfargate.commands.curable import CURABLE
from kubectl_ddfargate.commands.cured_by_restart import cured_by_restart
from kubectl_ddfargate.facts.fargate import fargate_workloads
from kubectl_ddfargate.facts.foreign_policies import foreign_injectors, own_policies
from kubectl_ddfargate.facts.index import Index, NotReadError
from kubectl_ddfargate.model.kubectl_line import ddfargate_line
from kubectl_ddfargate.model.report import Finding, Fix


def with_install(index: Index, findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings with the cure by `install`. Where our policy stands, nothing is to be changed by hand."""
    found = list(findings)
    ours = [one for one in found if one.id in CURABLE or _prints_install(one)]
    if not ours:
        yield from found
        return
    installed, replaces = _is_installed(index), _must_replace(index)
    again = Fix(commands=(ddfargate_line(index.snapshot.kubectl_flags, "install --restart"),))
    restarts = cured_by_restart(index, ours) if installed else {}
    for finding in found:
        # where a restart alone does it, that is said
        if finding not in ours or finding.fix.by_restart:
            yield finding
        elif finding in restarts:
            yield msgspec.structs.replace(finding, fix=restarts[finding])
        elif installed:
            yield finding if _prints_install(finding) else msgspec.structs.replace(finding, fix=again)
        else:
            fix = msgspec.structs.replace(finding.fix, by_install=True, replace_existing=replaces)
            yield msgspec.structs.replace(finding, fix=fix)


def _prints_install(finding: Finding) -> bool:
    return any(command.startswith("kubectl ddfargate install ") for command in finding.fix.commands)


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
