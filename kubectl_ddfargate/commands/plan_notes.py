"""What a plan says of single objects and targets beside its list of changes."""

from __future__ import annotations

from collections.abc import Iterable

from kubectl_ddfargate.cluster.gateway import Gateway
from kubectl_ddfargate.commands.proving import fits
from kubectl_ddfargate.model.design import Design
from kubectl_ddfargate.model.objects import Desired
from kubectl_ddfargate.model.plan import Change, Note, NoteLevel, Op
from kubectl_ddfargate.plan.compare import wanted

_WAY_ON = "change what refuses it, or what the agent asks for, or leave this workload out (--target)"


def for_sources(pairs: Iterable[tuple[Desired, Change]]) -> list[Note]:
    """What the sources of other owners must say, where a plan does not fight them."""
    return [
        Note(
            level=NoteLevel.INFO,
            text=f"for the source of {change.address}, which belongs to {change.owner}: what it must say",
            values=wanted(one),
        )
        for one, change in pairs
        if change.op is Op.CONFLICT
    ]


def misfits(gateway: Gateway, design: Design, *, beside_another: bool) -> list[Note]:
    """What refuses a target's pod once the agent is in it; asked by dry-run."""
    return [
        Note(
            level=NoteLevel.BLOCK,
            text=f"{one.target}: the server refuses a pod with the agent: {one.message}\nnext: {_WAY_ON}",
        )
        for one in fits(gateway, design, design.targets, beside_another=beside_another)
    ]
