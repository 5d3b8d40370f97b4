"""The table of the workloads that get agents: how many pods, what Fargate gives each, by what they are known."""

from __future__ import annotations

from collections.abc import Iterator

import click
from tabulate import tabulate

from kubectl_ddfargate.model.plan import PlannedTarget
from kubectl_ddfargate.render.sizes import is_larger
from kubectl_ddfargate.render.text.layout import Layout
from kubectl_ddfargate.render.text.marks import Ink, Mark


def targets(found: tuple[PlannedTarget, ...], ink: Ink, layout: Layout) -> Iterator[str]:
    """The lines; none without targets. The sizes are spelled out where the terminal has room.

    Where it has little, the rule by which a workload is taken comes under it.
    """
    if not found:
        return
    for spelled_out in (True, False):
        first, *rest = lines = _table(found, ink, spelled_out=spelled_out, rules=True)
        if all(layout.fits(click.unstyle(line)) for line in lines):
            yield ink.faint(first)
            yield from rest
            return
    first, *rest = _table(found, ink, spelled_out=False, rules=False)
    yield ink.faint(first)
    for line, one in zip(rest, found, strict=True):
        yield line
        rule = f"taken by {one.rule}"
        yield from layout.prose(rule if layout.fits(f"    {rule}") else rule.replace(",", ", "), 4)


def _table(found: tuple[PlannedTarget, ...], ink: Ink, *, spelled_out: bool, rules: bool) -> list[str]:
    sizes = [_size(one, ink, spelled_out=spelled_out) for one in found]
    size = ["FARGATE SIZE" if spelled_out else "SIZE vCPU/GB", *sizes] if any(sizes) else None
    rows = [("WORKLOAD", "NAMESPACE", "PODS")]
    rows += [(f"{one.kind.lower()}/{one.name}", one.namespace, str(one.pods)) for one in found]
    last = ["TAKEN BY", *(one.rule for one in found)]
    cells = [
        (*row, *([size[number]] if size else ()), *([last[number]] if rules else ()))
        for number, row in enumerate(rows)
    ]
    text: str = tabulate(cells, tablefmt="plain", disable_numparse=True)
    return [f"  {line}".rstrip() for line in text.split("\n")]


def _size(one: PlannedTarget, ink: Ink, *, spelled_out: bool) -> str:
    """`‼ 0.25 vCPU 0.5 GB → 0.5 vCPU 1 GB`, or `‼ 0.25/0.5 → 0.5/1`; empty where neither is known.

    ‼ as in doctor's table: the agent makes it larger, whether or not a smaller agent would keep it, which is what
    DDF601 judges. One that shrinks is good, and × is too large for Fargate.
    """
    arrow = ink.plain("→")
    if one.size_today is None:
        return ""
    today = _spelled(one.size_today) if spelled_out else one.size_today
    if one.size_with_agent is None:
        return f"{ink.sign(Mark.ERROR)} {today} {arrow} too large"
    if one.size_with_agent == one.size_today:
        return f"{today} {arrow} same"
    then = _spelled(one.size_with_agent) if spelled_out else one.size_with_agent
    mark = Mark.WARNING if is_larger(one.size_with_agent, than=one.size_today) else Mark.PASSED
    return f"{ink.sign(mark)} {today} {arrow} {then}"


def _spelled(size: str) -> str:
    vcpu, _, gigabytes = size.partition("/")
    return f"{vcpu} vCPU {gigabytes} GB"
