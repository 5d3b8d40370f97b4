"""One finding: what, on whom, how it was seen, and what cures it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kubectl_ddfargate.model.report import Evidence, Finding, Severity, Subject
from kubectl_ddfargate.render.names import namespace_flag, reference
from kubectl_ddfargate.render.presentation import Presentation
from kubectl_ddfargate.render.text.layout import LABEL, UNDER, Layout
from kubectl_ddfargate.render.text.marks import OF_SEVERITY, Ink, Mark, plural

_INDENT = 6
SUBJECTS = 10
EVIDENCE = 3
"""How many are shown without `-o wide`."""
_AGAIN = "the same with --show all"


def finding_block(
    finding: Finding, ink: Ink, layout: Layout, presentation: Presentation, *, wide: bool, by_hand: str = _AGAIN
) -> Iterator[str]:
    """All lines of one finding. `by_hand`: what tells how to mend it so, where that is left out."""
    yield from _title(finding, ink, layout)
    if finding.message and finding.message != finding.title:
        yield from layout.prose(finding.message, _INDENT)
    yield from _subjects(finding.subjects, SUBJECTS if not wide else len(finding.subjects))
    if wide or finding.severity is not Severity.INFO:
        yield from _evidence(finding, layout, wide=wide)
    yield from _cure(finding, presentation, layout, by_hand, whole=wide or presentation.show_all)


def _cure(
    finding: Finding, presentation: Presentation, layout: Layout, by_hand: str, *, whole: bool
) -> Iterator[str]:
    """What mends it. What our own command does is spelled out by hand only where all is to be shown."""
    own = _own_command(finding, presentation)
    explain = f"{presentation.program} explain {finding.id}"
    if own:
        yield from layout.verbatim("fix", own, _INDENT)
    if folds(finding, presentation) and not whole:
        beside = layout.fits(" " * (_INDENT + LABEL) + own)
        yield " " * (_INDENT + (LABEL if beside else UNDER)) + f"or by hand: {by_hand}"
        return
    # The patch first: the commands may restart what it changes.
    if finding.fix.patch:
        yield " " * _INDENT + ("or by hand, the patch" if own else "patch")
        for line in finding.fix.patch.rstrip("\n").split("\n"):
            yield from layout.commented(line, 2 * _INDENT) if line.startswith("#") else ["  " * _INDENT + line]
    label = "then" if finding.fix.patch else "or" if own else "fix"
    for number, command in enumerate(finding.fix.commands):
        yield from layout.verbatim("" if number else label, command, _INDENT)
    if finding.severity is not Severity.INFO and explain not in finding.fix.commands:
        yield from layout.verbatim("why", explain, _INDENT)


def folds(finding: Finding, presentation: Presentation) -> bool:
    """Whether what is to be done by hand is left out, as a command of this tool does it."""
    by_hand = finding.fix.patch or finding.fix.commands
    return bool(by_hand and _own_command(finding, presentation) and finding.suppressed_by is None)


def own_cure(finding: Finding, presentation: Presentation) -> str:
    """The command of this tool that comes next; empty where there is none, or where a saved cluster was judged."""
    return _own_command(finding, presentation) if presentation.live else ""


def _own_command(finding: Finding, presentation: Presentation) -> str:
    """The command of this tool that cures it, in the cluster that was looked at."""
    command = "install" if finding.fix.by_install else "restart" if finding.fix.by_restart else ""
    if not command or finding.severity is Severity.INFO:
        return ""
    flag = "--replace-existing" if finding.fix.replace_existing else ""
    return " ".join(filter(None, (presentation.program, command, flag, presentation.connection)))


def suppressed_line(finding: Finding, ink: Ink, layout: Layout) -> Iterator[str]:
    """One line for what somebody silenced, with by what."""
    sign = ink.sign(Mark.SKIPPED)
    first, *rest = layout.prose(f"{finding.id}  {finding.title}: suppressed by {finding.suppressed_by}", 4)
    yield f"  {sign} {first.strip()}"
    yield from rest


def _title(finding: Finding, ink: Ink, layout: Layout) -> Iterator[str]:
    mark = OF_SEVERITY[finding.severity]
    plain = Ink(color=False, ascii=ink.ascii)
    start = f"  {plain.sign(mark)} {finding.id}  "
    first, *rest = layout.spread(start + finding.title, _counts(finding.subjects), indent=len(start))
    shown = first[len(start) :]
    yield f"  {ink.sign(mark)} {finding.id}  {ink.strong(shown)}"
    yield from rest


def _counts(subjects: Sequence[Subject]) -> str:
    """`2 workloads, 4 pods`; what is no workload is an object."""
    workloads = [subject for subject in subjects if subject.pods is not None]
    pods = sum(subject.pods or 0 for subject in workloads)
    others = len(subjects) - len(workloads)
    parts = [
        plural(others, "object") if others else "",
        plural(len(workloads), "workload") if workloads else "",
        plural(pods, "pod") if pods else "",
    ]
    return ", ".join(part for part in parts if part)


def _subjects(subjects: Sequence[Subject], limit: int) -> Iterator[str]:
    """One a line, as arguments that kubectl takes."""
    shown = subjects[:limit]
    name_width = max((len(reference(subject)) for subject in shown), default=0)
    flag_width = max((len(namespace_flag(subject.namespace)) for subject in shown), default=0)
    for subject in shown:
        pods = plural(subject.pods, "pod") if subject.pods is not None else ""
        name = reference(subject).ljust(name_width)
        flag = namespace_flag(subject.namespace).ljust(flag_width)
        yield (" " * _INDENT + f"{name}  {flag}  {pods}").rstrip()
    if len(subjects) > len(shown):
        yield " " * _INDENT + f"and {len(subjects) - len(shown)} more: -o wide"


def _evidence(finding: Finding, layout: Layout, *, wide: bool) -> Iterator[str]:
    """What was seen and what should be there; one that several objects share is shown once."""
    shared: dict[tuple[str, str, str], list[Evidence]] = {}
    for evidence in finding.evidence:
        shared.setdefault((evidence.path, evidence.observed, evidence.expected), []).append(evidence)
    groups = list(shared.items())
    limit = len(groups) if wide else EVIDENCE
    told: list[str] = []
    for (path, observed, expected), members in groups[:limit]:
        objects = list(dict.fromkeys(member.object for member in members if member.object))
        places = _places(objects, path, finding, wide=wide)
        for number, line in enumerate(places if places != told else ()):
            yield from layout.labelled("" if number else "at", line, _INDENT)
        told = places
        yield from layout.labelled("observed", observed, _INDENT)
        if expected:
            yield from layout.labelled("expected", expected, _INDENT)
    if len(groups) > limit:
        yield " " * _INDENT + f"and {plural(len(groups) - limit, 'more place')}: -o wide"


def _places(objects: Sequence[str], path: str, finding: Finding, *, wide: bool) -> list[str]:
    """Where it was seen. The objects are left out where they are just the subjects, which stand above."""
    only = [f"{reference(one)} {namespace_flag(one.namespace)}".strip() for one in finding.subjects]
    if not objects or sorted(objects) == sorted(only):
        return [path] if path else []
    if len(objects) > EVIDENCE and not wide:
        objects = [*objects[:EVIDENCE], f"and {len(objects) - EVIDENCE} more"]
    return [*objects[:-1], f"{objects[-1]}  {path}".rstrip()]
