"""The plan of a restart, as text for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kubectl_ddfargate.model.restarts import RestartPlan
from kubectl_ddfargate.render.control import without_control


def render(plan: RestartPlan, put_back: Sequence[str] = ()) -> str:
    """What would be restarted and why, what is left to the user, and what is not known.

    `put_back`: the workloads whose `minReadySeconds` a killed run left raised.
    """
    return "".join(f"{without_control(line)}\n" for line in _lines(plan, put_back))


def _lines(plan: RestartPlan, put_back: Sequence[str]) -> Iterator[str]:
    yield f"context {plan.context}, server {plan.server}" if plan.context else f"server {plan.server}"
    if put_back:
        yield "minReadySeconds to be put back, which a restart that was killed left raised:"
    for line in put_back:
        yield f"  {line}"
    if not plan.looked_at:
        yield "nothing to restart: no pods on Fargate are there to look at"
        return
    if not plan.restarts and not plan.by_hand and not plan.not_judged:
        yield f"nothing to restart: all {plan.looked_at} Fargate workloads are as they would be made today"
        return
    if plan.restarts:
        yield "to be restarted, one after the other:"
    for number, one in enumerate(plan.restarts, 1):
        yield f"  {number}. {one.address}: {one.why}"
    if plan.by_hand:
        yield "left to you:"
    for one in plan.by_hand:
        yield f"  {one.address}: {one.why}"
        yield f"    {one.by_hand}"
    if plan.not_judged:
        yield "not known:"
    for other in plan.not_judged:
        yield f"  ? {other.address}: {other.reason}"
