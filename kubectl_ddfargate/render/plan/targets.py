"""The table of the workloads that get agents: how many pods, what Fargate gives each, by what they are known."""

from __future__ import annotations

from collections.abc import Iterator

from tabulate import tabulate

from kubectl_ddfargate.model.plan import PlannedTarget
from kubectl_ddfargate.render.text.layout import Layout
from kubectl_ddfargate.render.text.marks import Ink


def targets(found: tuple[PlannedTarget, ...], ink: Ink, layout: Layout) -> Iterator[str]:
    """The lines; none without targets. The sizes are spelled out where the terminal has room.

    Where it has little, the rule by which a workload is taken comes under it.
    """
    if not found:
        return
    arrow = ink.plain("→")
    for spelled_out in (True, False):
        first, *rest = lines = _table(found, arrow, spelled_out=spelled_out, rules=True)
        if all(map(layout.fits, lines)):
            yield ink.faint(first)
            yield from rest
            return
    first, *rest = _table(found, arrow, spelled_out=False, rules=False)
    yield ink.faint(first)
    yield ink.faint("    TAKEN BY")
    for line, one in zip(rest, found, strict=True):
        yield line
        rule = one.rule if layout.fits(f"    {one.rule}") else one.rule.replace(",", ", ")
        yield from layout.prose(rule, 4)


def _table(found: tuple[PlannedTarget, ...], arrow: str, *, spelled_out: bool, rules: bool) -> list[str]:
    sizes = [_size(one, arrow, spelled_out=spelled_out) for one in found]
    size = ["FARGATE SIZE" if spelled_out else "VCPU/GB", *sizes] if any(sizes) else None
    rows = [("WORKLOAD", "NAMESPACE", "PODS")]
    rows += [(f"{one.kind.lower()}/{one.name}", one.namespace, str(one.pods)) for one in found]
    last = ["TAKEN BY", *(one.rule for one in found)]
    cells = [
        (*row, *([size[number]] if size else ()), *([last[number]] if rules else ()))
        for number, row in enumerate(rows)
    ]
    text: str = tabulate(cells, tablefmt="plain", disable_numparse=True)
    return [f"  {line}".rstrip() for line in text.split("\n")]


def _size(one: PlannedTarget, arrow: str, *, spelled_out: bool) -> str:
    """`0.25 vCPU 0.5 GB → 0.5 vCPU 1 GB`, or `0.25/0.5 → 0.5/1`; empty where neither is known."""
    if one.size_today is None:
        return ""
    today = _spelled(one.size_today) if spelled_out else one.size_today
    if one.size_with_agent is None:
        return f"{today} {arrow} too large"
    if one.size_with_agent == one.size_today:
        return f"{today} {arrow} same"
    return f"{today} {arrow} {_spelled(one.size_with_agent) if spelled_out else one.size_with_agent}"


def _spelled(size: str) -> str:
    vcpu, _, gigabytes = size.partition("/")
    return f"{vcpu} vCPU {gigabytes} GB"
