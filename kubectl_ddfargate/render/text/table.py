"""The table of workloads."""

from __future__ import annotations

import click
from tabulate import tabulate

from kubectl_ddfargate.model.report import Cost, Endpoint, Report, Size, WorkloadRow
from kubectl_ddfargate.render.names import reference
from kubectl_ddfargate.render.presentation import Presentation
from kubectl_ddfargate.render.text.marks import Ink, Mark

_REACHES = {
    "cluster-agent": Mark.PASSED,
    "other": Mark.ERROR,
    "nothing": Mark.ERROR,
    "unknown": Mark.UNKNOWN,
}

_HEADERS = ("WORKLOAD", "NAMESPACE", "PODS", "DNS", "AGENT", "ROUTE", "SIZE")
_WIDE_HEADERS = (*_HEADERS[:-1], "INJECTED BY", "NO AGENT", "NEEDS", "PROVISIONED", "WITH AGENT")

_SHORTEST = 10
_ROUTE = 40


def table(report: Report, presentation: Presentation, ink: Ink, *, wide: bool) -> list[str]:
    """One line a workload; empty without workloads. A narrow terminal gets a shorter route, then no size."""
    if not report.workloads:
        return []
    if wide:
        return _tabulated(_WIDE_HEADERS, [_wide_row(row, ink) for row in report.workloads], ink)
    lines: list[str] = []
    for columns in (len(_HEADERS), len(_HEADERS) - 1):
        room = _ROUTE
        for _ in range(2):
            rows = [_row(row, ink, room)[:columns] for row in report.workloads]
            lines = _tabulated(_HEADERS[:columns], rows, ink)
            over = max(map(_visible, lines)) - presentation.width if presentation.width else 0
            if over <= 0:
                return lines
            room = max(max(_visible(row[5]) for row in rows) - 2 - over, _SHORTEST)
    return lines


def _tabulated(headers: tuple[str, ...], rows: list[tuple[str, ...]], ink: Ink) -> list[str]:
    # the headers as a row: as headers they would be padded
    text = tabulate([headers, *rows], tablefmt="plain", disable_numparse=True)
    first, *rest = text.split("\n")
    return [ink.faint(first.rstrip()), *(line.rstrip() for line in rest)]


def _row(row: WorkloadRow, ink: Ink, room: int) -> tuple[str, ...]:
    return (
        reference(row),
        row.namespace,
        str(row.pods),
        row.dns,
        _agent(row),
        _route(row, ink, room),
        ink.plain(_size(row.size)),
    )


def _wide_row(row: WorkloadRow, ink: Ink) -> tuple[str, ...]:
    size = row.size
    return (
        *_row(row, ink, 1000)[:-1],
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


def _route(row: WorkloadRow, ink: Ink, room: int) -> str:
    endpoint = row.endpoint
    if row.agent == "none" and endpoint.source == "none":
        return "-"
    text = ink.plain(endpoint.broken_at or _address(endpoint))
    if len(text) > room:
        more = ink.plain("…")
        text = text[: room - len(more)].rstrip() + more
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
    now = size.requested or size.provisioned or "-"
    if size.with_agent and size.with_agent != now:
        return f"{now} → {size.with_agent}"
    if size.requested and size.provisioned and size.requested != size.provisioned:
        return f"{now} (has {size.provisioned})"
    return now


def _visible(text: str) -> int:
    return len(click.unstyle(text))
