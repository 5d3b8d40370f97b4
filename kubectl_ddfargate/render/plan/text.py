"""The plan as a person reads it before saying yes."""

from __future__ import annotations

from collections.abc import Iterator

import click
from tabulate import tabulate

from kubectl_ddfargate.model.plan import Change, Op, Plan
from kubectl_ddfargate.render.plan.notes import notes
from kubectl_ddfargate.render.plan.targets import targets
from kubectl_ddfargate.render.presentation import Presentation
from kubectl_ddfargate.render.text.clean import clean
from kubectl_ddfargate.render.text.layout import Layout
from kubectl_ddfargate.render.text.marks import Ink

_COLORS = {
    Op.CREATE: "green",
    Op.UPDATE: "yellow",
    Op.DELETE: "red",
    Op.CONFLICT: "magenta",
    Op.BLOCKED: "magenta",
}


def render(plan: Plan, presentation: Presentation) -> str:
    """The whole text, with its last newline."""
    ink = Ink(color=presentation.color, ascii=presentation.ascii)
    layout = Layout(presentation.width)
    plan = clean(plan)
    parts = [
        list(_header(plan, ink, layout)),
        list(_changes(plan, ink, layout)),
        list(_restarts(plan)),
        list(targets(plan.targets, ink, layout)),
        list(_settled(plan, ink, layout)),
        list(notes(plan.notes, ink, layout)),
    ]
    return ink.plain("\n\n".join("\n".join(part) for part in parts if part)) + "\n"


def _header(plan: Plan, ink: Ink, layout: Layout) -> Iterator[str]:
    where = f"context {plan.context} ({plan.server})" if plan.context else plan.server
    yield from (ink.strong(line) for line in layout.prose(f"Plan to {plan.action} · {where}", 0))
    if plan.address:
        yield from layout.prose(f"fixed address {plan.address}", 0)
    if plan.injector:
        yield from layout.prose(f"injector {plan.injector}: {plan.injector_why}", 0)
    elif plan.injector_why:
        yield from layout.prose(plan.injector_why, 0)
    if plan.cures and not plan.blocked:
        yield from layout.prose(f"cures {', '.join(plan.cures)} of doctor; in running pods after their restart", 0)
    if plan.blocked:
        yield from layout.prose("blocked: nothing will be written, see × below", 0)


def _changes(plan: Plan, ink: Ink, layout: Layout) -> Iterator[str]:
    if not plan.changes:
        return
    op, where = (max(map(len, words)) for words in zip(*_first_columns(plan), strict=True))
    table = all(layout.fits(f"  {'':{op}}  {'':{where}}  {_why(one)}") for one in plan.changes)
    yield ink.faint(f"  {'OP':{op}}  {'OBJECT':{where}}  WHY" if table else f"  {'OP':{op}}  OBJECT")
    for one in plan.changes:
        start = f"  {_op(one.op, ink)}{'':{op - len(one.op.value)}}  {one.address}"
        if table:
            yield f"{start}{'':{where - len(one.address)}}  {_why(one)}".rstrip()
        else:
            yield start
            yield from layout.prose(_why(one), op + 6)


def _op(op: Op, ink: Ink) -> str:
    color = _COLORS.get(op) if ink.color else None
    return click.style(op.value, fg=color) if color else op.value


def _first_columns(plan: Plan) -> list[tuple[str, str]]:
    return [("OP", "OBJECT"), *((one.op.value, one.address) for one in plan.changes)]


def _restarts(plan: Plan) -> Iterator[str]:
    """What follows: of an install only where it is asked for, and never before the proof."""
    if plan.restarts:
        when = ""
        if plan.action == "install":
            when = ", after the policy is proved" if plan.restarts_asked else ", only with --restart"
        yield f"  then{when}, one after the other:"
        yield from (f"    restart {one}" for one in plan.restarts)


def _why(change: Change) -> str:
    if change.op in (Op.CONFLICT, Op.BLOCKED):
        return change.message
    more = []
    if not change.validated:
        more.append("not validated by the server yet")
    if change.owner and change.op in (Op.UPDATE, Op.DELETE):
        more.append(f"also managed by {change.owner}")
    return change.why + (f" ({'; '.join(more)})" if more else "")


_TOLD_ABOVE = ("targets", "injector", "clusterAgent.ip")


def _settled(plan: Plan, ink: Ink, layout: Layout) -> Iterator[str]:
    """Where each value came from. Defaults are named together. Nothing is cut: a name may be wanted elsewhere."""
    told = [one for one in plan.origins if one.source != "default" and one.name not in _TOLD_ABOVE]
    if told:
        rows = [("SETTING", "VALUE", "FROM"), *((one.name, one.value, one.source) for one in told)]
        lines = tabulate(rows, tablefmt="plain", disable_numparse=True).split("\n")
        lines = [f"  {line}".rstrip() for line in lines]
        first, *rest = lines if all(map(layout.fits, lines)) else _under_each_other(rows, layout)
        yield ink.faint(first)
        yield from rest
    usual = [f"{one.name} {one.value}" for one in plan.origins if one.source == "default"]
    if usual:
        yield from layout.prose(f"defaults: {', '.join(usual)}", 2)


def _under_each_other(rows: list[tuple[str, str, str]], layout: Layout) -> Iterator[str]:
    """The source under the value; the value too under its name, where it does not fit beside it."""
    header, *settled = rows
    name = max(len(row[0]) for row in rows)
    yield f"  {header[0]:{name}}  {header[1]}, {header[2]}"
    start = name + 4
    for setting, value, source in settled:
        if layout.fits(" " * start + value):
            yield f"  {setting:{name}}  {value}"
        else:
            yield f"  {setting}"
            yield " " * layout.place(value, start) + value
        yield from layout.prose(f"({source})", start)
