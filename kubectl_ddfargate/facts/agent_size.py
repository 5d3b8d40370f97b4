"""What an agent beside a workload does to its Fargate size, and how much room the smallest size leaves for it."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_DOWN, Decimal

import msgspec

from kubectl_ddfargate.facts.agents import agents_in
from kubectl_ddfargate.facts.quantity import parse_quantity
from kubectl_ddfargate.facts.sizing import Size, needed_size, requested, spare
from kubectl_ddfargate.model.kube.containers import Resources
from kubectl_ddfargate.model.kube.pods import Container, PodSpec

MEBI = Decimal(1024**2)
SMALLEST_LIMIT = "128Mi"
"""Of memory: an agent with the checks of Fargate alone needs about that much."""


class Room(msgspec.Struct, frozen=True):
    """What a spec leaves to its agents. Cores and bytes, of all agents together."""

    before: Size
    """The size without them."""
    least: Size | None
    """The smallest in which they can live: with no more than SMALLEST_LIMIT each, and no CPU request."""
    asked_cpu: Decimal
    asked_memory: Decimal
    cpu: Decimal
    """What they may request without leaving `least`."""
    memory: Decimal


class Growth(Room, frozen=True):
    """The sizes of one spec without and with its agents."""

    after: Size

    @property
    def grows(self) -> bool:
        """Whether the agents cost a larger size."""
        return self.after != self.before

    @property
    def avoidable(self) -> bool:
        """Whether smaller requests, with which they can live, would cost a smaller size."""
        return self.after != self.least

    @property
    def factor(self) -> str:
        """`2 × the vCPU, 2 × the memory`, as far as each grows."""
        vcpu, memory = self.after.vcpu / self.before.vcpu, self.after.gigabytes / self.before.gigabytes
        parts = [
            f"{_number(part)} × the {what}" for part, what in ((vcpu, "vCPU"), (memory, "memory")) if part != 1
        ]
        return ", ".join(parts)


def growth(spec: PodSpec) -> Growth | None:
    """What the agents of a spec add to its size; None where there is none, or no size is large enough.

    Raises ValueError for a request that is no quantity.
    """
    found, after = _room(spec), needed_size(spec)
    if found is None or after is None:
        return None
    return Growth(found.before, found.least, found.asked_cpu, found.asked_memory, found.cpu, found.memory, after)


def outgrown(spec: PodSpec) -> Room | None:
    """The room of a spec that is too large for Fargate by its agents alone; None for any other.

    Raises ValueError for a request that is no quantity.
    """
    return _room(spec) if needed_size(spec) is None else None


def _room(spec: PodSpec) -> Room | None:
    own = list(agents_in(spec))
    if not own:
        return None
    bare = without(spec, own)
    before = needed_size(bare)
    if before is None:
        return None
    asked = requested(own, "memory")
    living = min(asked, parse_quantity(SMALLEST_LIMIT) * len(own))
    small = Container(name="", resources=Resources(requests={"memory": f"{living:f}"}))
    least = needed_size(msgspec.structs.replace(bare, containers=[*(bare.containers or ()), small]))
    left = spare(bare, least) if least is not None else (Decimal(0), Decimal(0))
    return Room(before, least, requested(own, "cpu"), asked, *left)


def fitting(rooms: Iterable[Room]) -> dict[str, str]:
    """The largest requests that keep the least size of each, as quantities; what has no room is left out.

    More memory than SMALLEST_LIMIT, or than is requested today, by the making of `least`.
    """
    found = list(rooms)
    milli = (min(one.cpu for one in found) * 1000).to_integral_value(ROUND_DOWN)
    mebi = (min(one.memory for one in found) / MEBI).to_integral_value(ROUND_DOWN)
    texts = {"cpu": (milli, f"{milli}m"), "memory": (mebi, f"{mebi}Mi")}
    return {name: text for name, (amount, text) in texts.items() if amount > 0}


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
