"""What an agent beside a workload does to its Fargate size, and how much room the smaller size leaves for it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

import msgspec

from kubectl_ddfargate.facts.agents import agents_in
from kubectl_ddfargate.facts.sizing import Size, needed_size, spare
from kubectl_ddfargate.model.kube.pods import Container, PodSpec

MEBI = Decimal(1024**2)
SMALLEST_LIMIT = "128Mi"
"""Of memory: an agent with the checks of Fargate alone needs about that much."""


@dataclass(frozen=True)
class Growth:
    """The sizes of one spec without and with its agents."""

    before: Size
    after: Size
    cpu: Decimal
    """Cores that all agents together may request without leaving the smaller size."""
    memory: Decimal
    """Bytes, likewise."""

    @property
    def grows(self) -> bool:
        """Whether the agents cost a larger size."""
        return self.after != self.before

    @property
    def factor(self) -> str:
        """`2 × the vCPU, 2 × the memory`, as far as each grows."""
        vcpu, memory = self.after.vcpu / self.before.vcpu, self.after.gigabytes / self.before.gigabytes
        parts = [
            f"{_number(part)} × the {what}" for part, what in ((vcpu, "vCPU"), (memory, "memory")) if part != 1
        ]
        return ", ".join(parts)

    @property
    def room(self) -> dict[str, str]:
        """The largest requests that keep the smaller size, as quantities; a resource without room is left out."""
        milli = (self.cpu * 1000).to_integral_value(ROUND_DOWN)
        mebi = (self.memory / MEBI).to_integral_value(ROUND_DOWN)
        texts = {"cpu": (milli, f"{milli}m"), "memory": (mebi, f"{mebi}Mi")}
        return {name: text for name, (amount, text) in texts.items() if amount > 0}


def growth(spec: PodSpec) -> Growth | None:
    """What the agents of a spec add to its size; None where there is none, or no size is large enough.

    Raises ValueError for a request that is no quantity.
    """
    own = list(agents_in(spec))
    if not own:
        return None
    bare = without(spec, own)
    before, after = needed_size(bare), needed_size(spec)
    if before is None or after is None:
        return None
    return Growth(before, after, *spare(bare, before))


def without(spec: PodSpec, left_out: list[Container]) -> PodSpec:
    """The spec without some of its containers."""
    names = {container.name for container in left_out}
    return msgspec.structs.replace(
        spec,
        containers=[one for one in spec.containers or () if one.name not in names],
        init_containers=[one for one in spec.init_containers or () if one.name not in names],
    )


def _number(value: Decimal) -> str:
    return f"{value.normalize():.3g}" if value % 1 else str(int(value))
