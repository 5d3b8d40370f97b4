"""The table of workloads."""

from __future__ import annotations

from collections.abc import Iterator

import click
from tabulate import tabulate

from kubectl_ddfargate.model.report import Cost, Endpoint, Report, Size, WorkloadRow
from kubectl_ddfargate.render.names import namespace_flag, reference
from kubectl_ddfargate.render.presentation import Presentation
from kubectl_ddfargate.render.text.marks import Ink, Mark, plural

_REACHES = {
    "cluster-agent": Mark.PASSED,
    "other": Mark.ERROR,
    "nothing": Mark.ERROR,
    "unknown": Mark.UNKNOWN,
}

_HEADERS = ("WORKLOAD", "NAMESPACE", "PODS", "DNS", "AGENT", "ROUTE", "SIZE")
_WIDE_HEADERS = (*_HEADERS[:-1], "INJECTED BY", "NO AGENT", "NEEDS", "PROVISIONED", "WITH AGENT")
_ROUTE = _HEADERS.index("ROUTE")
_SIZE = _HEADERS.index("SIZE")
_NONE = "-"


def table(report: Report, presentation: Presentation, ink: Ink, *, wide: bool) -> list[str]:
    """One line a workload; empty without workloads.

    Nothing is cut: all of it may have to be typed. Where a terminal is too narrow, the route gets a line of its
    own, and where that is not enough each workload becomes a short paragraph. Without a width a row is one line.
    """
    if not report.workloads:
        return []
    if wide:
        return _tabulated(_WIDE_HEADERS, [_wide_row(row, ink) for row in report.workloads], ink)
    rows = [_row(row, ink) for row in report.workloads]
    width = presentation.width
    lines = _tabulated(_HEADERS, rows, ink)
    if width is None or _fit(lines, width):
        return lines
    for under in ((_ROUTE,), (_ROUTE, _SIZE)):
        lines = list(_in_two_lines(rows, under, ink))
        if _fit(lines, width):
            return lines
    return [line for row in report.workloads for line in _paragraph(row, ink)]


def _fit(lines: list[str], width: int) -> bool:
    return max(map(_visible, lines)) <= width


def _in_two_lines(rows: list[tuple[str, ...]], under: tuple[int, ...], ink: Ink) -> Iterator[str]:
    """The table without some columns, which come under each row; their headers under the headers."""
    beside = [column for column in range(len(_HEADERS)) if column not in under]
    first = _tabulated(
        tuple(_HEADERS[column] for column in beside), [tuple(row[column] for column in beside) for row in rows], ink
    )
    head = ink.faint("  " + ", ".join(_HEADERS[column] for column in under))
    second = [head, *("  " + "  ".join(row[one] for one in under if row[one] != _NONE) for row in rows)]
    for one, other in zip(first, second, strict=True):
        yield one
        if other.strip():
            yield other


def _paragraph(row: WorkloadRow, ink: Ink) -> Iterator[str]:
    """The same words, each fact with its noun, as no header stands above it."""
    _, _, pods, dns, agent, route, size = _row(row, ink)
    yield f"{reference(row)} {namespace_flag(row.namespace)}"
    yield f"  {plural(int(pods), 'pod')}, {dns} DNS, {'no agent' if row.agent == 'none' else agent}"
    yield from (f"  {text}" for text in (route, size) if text != _NONE)


def _tabulated(headers: tuple[str, ...], rows: list[tuple[str, ...]], ink: Ink) -> list[str]:
    # the headers as a row: as headers they would be padded
    text = tabulate([headers, *rows], tablefmt="plain", disable_numparse=True)
    first, *rest = text.split("\n")
    return [ink.faint(first.rstrip()), *(line.rstrip() for line in rest)]


def _row(row: WorkloadRow, ink: Ink) -> tuple[str, ...]:
    return (
        reference(row),
        row.namespace,
        str(row.pods),
        row.dns,
        _agent(row),
        _route(row, ink),
        ink.plain(_size(row.size)),
    )


def _wide_row(row: WorkloadRow, ink: Ink) -> tuple[str, ...]:
    size = row.size
    return (
        *_row(row, ink)[:-1],
        row.injected_by or "-",
        str(row.pods - row.agents),
        size.requested or "-",
        size.provisioned or "-",
        (size.with_agent or "-") + (f", {_cost(size.cost)}" if size.cost else ""),
    )


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


def _visible(text: str) -> int:
    return len(click.unstyle(text))
