"""The plan of a restart, as text for people."""

from __future__ import annotations

from collections.abc import Iterator

from kubectl_ddfargate.model.restarts import RestartPlan
from kubectl_ddfargate.render.control import without_control


def render(plan: RestartPlan) -> str:
    """What would be restarted and why, what is left to the user, and what is not known."""
    return "".join(f"{without_control(line)}\n" for line in _lines(plan))


def _lines(plan: RestartPlan) -> Iterator[str]:
    yield f"context {plan.context}, server {plan.server}" if plan.context else f"server {plan.server}"
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
