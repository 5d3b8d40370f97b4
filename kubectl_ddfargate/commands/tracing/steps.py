"""The steps of the chain: their order, what is told at each, and which checks judge it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import msgspec

from kubectl_ddfargate.commands.tracing import lines, route_lines
from kubectl_ddfargate.facts.fargate import Workload
from kubectl_ddfargate.facts.index import Index, NotProvedError, NotReadError
from kubectl_ddfargate.model.report import CheckResult, Finding, Severity, Status
from kubectl_ddfargate.model.trace import Line, Step, StepState

Tell = Callable[[Index, Workload], Iterable[Line]]


class StepKind(msgspec.Struct, frozen=True):
    """One step. Whether it holds is what its checks say: the same judgement as in a report on the whole."""

    name: str
    tell: Tell
    checks: tuple[str, ...]


STEPS = (
    StepKind("template", lines.template, ("DDF405",)),
    StepKind(
        "admission",
        lines.admission,
        (
            *(f"DDF{number}" for number in range(301, 310)),
            *(f"DDF{number}" for number in range(312, 318)),
            "DDF319",
        ),
    ),
    StepKind("pods", lines.pods, ("DDF310", "DDF311", "DDF318", "DDF707")),
    StepKind(
        "scheduling",
        lines.scheduling,
        ("DDF103", "DDF104", "DDF105", *(f"DDF{number}" for number in range(601, 606))),
    ),
    StepKind("agent", lines.container, ("DDF701", "DDF702", "DDF703", "DDF704", "DDF705", "DDF706", "DDF708")),
    StepKind("secrets", route_lines.secrets, ("DDF401", "DDF402", "DDF406", "DDF408")),
    StepKind("token", route_lines.token, ("DDF403", "DDF404", "DDF407")),
    StepKind("URL", route_lines.url, ("DDF207", "DDF208", "DDF507")),
    StepKind("name resolution", route_lines.name, ("DDF101", "DDF102")),
    StepKind(
        "Service",
        route_lines.service,
        ("DDF203", "DDF204", "DDF205", "DDF206", "DDF213", "DDF214", "DDF215", "DDF216"),
    ),
    StepKind("cluster agent", route_lines.behind, ("DDF201", "DDF202")),
    StepKind("network", route_lines.network, ("DDF209", "DDF210", "DDF211", "DDF212")),
    StepKind("kubelet", route_lines.rights, ("DDF501", "DDF502", "DDF503")),
    StepKind("settings", lambda index, workload: (), ("DDF504", "DDF505", "DDF506")),  # noqa: ARG005
    StepKind("what it says", lambda index, workload: (), tuple(f"DDF{number}" for number in range(801, 807))),  # noqa: ARG005
)
"""In the order of cause and effect."""

_STATES = {
    Severity.ERROR: StepState.BROKEN,
    Severity.WARNING: StepState.WARNING,
    Severity.INFO: StepState.NOTE,
}


def steps(
    index: Index, workload: Workload, findings: Sequence[Finding], results: Sequence[CheckResult]
) -> tuple[Step, ...]:
    """All steps that say anything, with the first broken one known."""
    found: list[Step] = []
    broken = False
    for kind in STEPS:
        step = _step(index, workload, kind, findings, results, after_break=broken)
        if step.lines or step.findings:
            found.append(step)
            broken = broken or step.state is StepState.BROKEN
    return tuple(found)


def _step(
    index: Index,
    workload: Workload,
    kind: StepKind,
    findings: Sequence[Finding],
    results: Sequence[CheckResult],
    *,
    after_break: bool,
) -> Step:
    told: list[Line] = []
    state = StepState.GOOD
    try:
        told += kind.tell(index, workload)
    except NotProvedError as error:
        told.append(Line(subject="not proved", says=str(error)))
        state = StepState.NOTE if error.by_choice else StepState.UNKNOWN
    except NotReadError as error:
        told.append(Line(subject="not known", says=f"you may not {error}"))
        state = StepState.UNKNOWN
    except ValueError as error:  # a quantity that is none
        told.append(Line(subject="not known", says=str(error)))
        state = StepState.UNKNOWN
    unknown = [one for one in results if one.id in kind.checks and one.status is Status.UNKNOWN]
    if unknown:
        state = StepState.UNKNOWN
        known = {line.says for line in told}
        told += [Line(subject=one.id, says=one.reason) for one in unknown if one.reason not in known]
    here = [one for one in findings if one.id in kind.checks and one.suppressed_by is None]
    if here:
        worst = min(here, key=lambda one: list(_STATES).index(one.severity))
        if state is not StepState.UNKNOWN or worst.severity is Severity.ERROR:
            state = _STATES[worst.severity]
    return Step(
        name=kind.name,
        state=state,
        lines=tuple(told),
        findings=tuple(one.id for one in here),
        after_break=after_break,
    )
