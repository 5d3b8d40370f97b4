"""The table of workloads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click
from tabulate import tabulate

from kubectl_ddfargate.model.report import Cost, Endpoint, Report, Size, Subject, WorkloadRow
from kubectl_ddfargate.render.names import namespace_flag, reference
from kubectl_ddfargate.render.sizes import is_larger
from kubectl_ddfargate.render.text.layout import Layout
from kubectl_ddfargate.render.text.marks import Ink, Mark, plural

_REACHES = {
    "cluster-agent": Mark.PASSED,
    "other": Mark.ERROR,
    "nothing": Mark.ERROR,
    "unknown": Mark.UNKNOWN,
}

_HEADERS = ("WORKLOAD", "NAMESPACE", "PODS", "DNS", "AGENT", "ROUTE", "SIZE vCPU/GB")
_WIDE_HEADERS = (*_HEADERS[:-1], "INJECTED BY", "NO AGENT", "NEEDS vCPU/GB", "PROVISIONED", "WITH AGENT")
_ROUTE = _HEADERS.index("ROUTE")
_NONE = "-"
_LARGER, _TOO_LARGE = "DDF601", "DDF605"


def table(report: Report, layout: Layout, ink: Ink, *, wide: bool) -> list[str]:
    """One line a workload; empty without workloads.

    Nothing is cut: all of it may have to be typed. Where a terminal is too narrow, the route comes under each row,
    then what stands right of it too, and where that is not enough each workload becomes a short paragraph. Without
    a width a row is one line.
    """
    if not report.workloads:
        return []
    marks = _size_marks(report)
    headers, cells = (_WIDE_HEADERS, _wide_row) if wide else (_HEADERS, _row)
    rows = [cells(row, marks.get(_key(row)), ink) for row in report.workloads]
    last = tuple(range(_ROUTE, len(headers)))
    for under in ((), (_ROUTE,), last):
        lines = list(_with_some_under(headers, rows, under, layout, ink))
        if all(layout.fits(click.unstyle(line)) for line in lines):
            return lines
    return [
        line
        for row, shown in zip(report.workloads, rows, strict=True)
        for line in (*_paragraph(row), *_under(headers, shown, last, layout))
    ]


def _size_marks(report: Report) -> dict[tuple[str, str, str], Mark]:
    """‼: the agent makes it larger, be it there or come with the next pods. ×: too large for Fargate (DDF605).

    Whether a smaller agent would keep the size is no matter here: that is what DDF601 judges. Where somebody has
    silenced the one or the other, its sign goes too.
    """
    silenced = {(one.id, _key(subject)) for one in report.findings if one.suppressed_by for subject in one.subjects}
    larger = (_key(row) for row in report.workloads if _is_made_larger(row.size))
    outgrown = (_key(subject) for one in report.findings if one.id == _TOO_LARGE for subject in one.subjects)
    found = {key: Mark.WARNING for key in larger if (_LARGER, key) not in silenced}
    return found | {key: Mark.ERROR for key in outgrown if (_TOO_LARGE, key) not in silenced}


def _is_made_larger(size: Size) -> bool:
    without, with_ = (size.without_agent or size.requested), (size.with_agent or size.requested)
    return without is not None and with_ is not None and is_larger(with_, than=without)


def _key(one: Subject | WorkloadRow) -> tuple[str, str, str]:
    return one.kind, one.namespace, one.name


def _with_some_under(
    headers: tuple[str, ...], rows: Sequence[tuple[str, ...]], under: tuple[int, ...], layout: Layout, ink: Ink
) -> Iterator[str]:
    """The table without some columns; they come under each row, with their names, as no header is above them."""
    beside = [column for column in range(len(headers)) if column not in under]
    # the headers as a row: as headers they would be padded
    cells = [tuple(row[column] for column in beside) for row in (headers, *rows)]
    first, *rest = tabulate(cells, tablefmt="plain", disable_numparse=True).split("\n")
    yield ink.faint(first.rstrip())
    for line, row in zip(rest, rows, strict=True):
        yield line.rstrip()
        yield from _under(headers, row, under, layout)


def _under(
    headers: tuple[str, ...], row: tuple[str, ...], columns: tuple[int, ...], layout: Layout
) -> Iterator[str]:
    """`route √ 172.20.0.53:5005   size vCPU/GB 0.5/1`, on as many lines as it takes; not what is not there."""
    line = ""
    for column in columns:
        if row[column] == _NONE:
            continue
        told = f"{_name(headers[column])} {row[column]}"
        longer = f"{line}   {told}" if line else f"  {told}"
        if line and not layout.fits(click.unstyle(longer)):
            yield line
            longer = f"  {told}"
        line = longer
    if line:
        yield line


def _name(header: str) -> str:
    """`SIZE vCPU/GB`: its capitals in small letters, the unit as it is."""
    return " ".join(word.lower() if word.isupper() else word for word in header.split())


def _paragraph(row: WorkloadRow) -> Iterator[str]:
    """What stands left of the route, each fact with its noun."""
    yield f"{reference(row)} {namespace_flag(row.namespace)}"
    yield f"  {plural(row.pods, 'pod')}, {row.dns} DNS, {'no agent' if row.agent == 'none' else _agent(row)}"


def _row(row: WorkloadRow, mark: Mark | None, ink: Ink) -> tuple[str, ...]:
    return (
        reference(row),
        row.namespace,
        str(row.pods),
        row.dns,
        _agent(row),
        _route(row, ink),
        _marked(mark, _size(row.size), ink),
    )


def _wide_row(row: WorkloadRow, mark: Mark | None, ink: Ink) -> tuple[str, ...]:
    size = row.size
    return (
        *_row(row, mark, ink)[:-1],
        row.injected_by or _NONE,
        str(row.pods - row.agents),
        _marked(mark, size.requested or _NONE, ink),
        size.provisioned or _NONE,
        ", ".join(filter(None, (size.with_agent, _cost(size.cost) if size.cost else ""))) or _NONE,
    )


def _marked(mark: Mark | None, size: str, ink: Ink) -> str:
    return f"{ink.sign(mark)} {ink.plain(size)}" if mark else ink.plain(size)


def _agent(row: WorkloadRow) -> str:
    if row.agent == "none" or row.agents == row.pods == 1:
        return row.agent
    return f"{row.agent} {row.agents}/{row.pods}"


def _route(row: WorkloadRow, ink: Ink) -> str:
    endpoint = row.endpoint
    if row.agent == "none" and endpoint.source == "none":
        return _NONE
    text = ink.plain(endpoint.broken_at or _address(endpoint))
    return f"{ink.sign(_REACHES.get(endpoint.reaches, Mark.UNKNOWN))} {text}"


def _address(endpoint: Endpoint) -> str:
    """Where it leads, as short as it can be said."""
    address = endpoint.value.removeprefix("https://")
    return f"{address} (Service variables)" if endpoint.source == "service-env" else address or "no address"


def _size(size: Size) -> str:
    """`0.25/0.5`, with what it would become, or what AWS really gave; and what the agent's part of it costs."""
    cost = f", {_cost(size.cost)}" if size.cost else ""
    return _vcpu_and_memory(size) + cost


def _cost(cost: Cost) -> str:
    """`+9.01 USD a month (2026-09-20)`: for one pod, by prices of that day."""
    return f"+{cost.monthly} {cost.currency} a month ({cost.date})"


def _vcpu_and_memory(size: Size) -> str:
    now = size.requested or size.provisioned or _NONE
    if size.with_agent and size.with_agent != now:
        return f"{now} → {size.with_agent}"
    if size.requested and size.provisioned and size.requested != size.provisioned:
        return f"{now} (has {size.provisioned})"
    return now
