"""What an agent beside a workload does to its Fargate size, and how much room the smallest size leaves for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import ROUND_DOWN, Decimal

import msgspec

from kubectl_ddfargate.facts.agents import agents_in
from kubectl_ddfargate.facts.quantity import parse_quantity
from kubectl_ddfargate.facts.sizing import Size, needed_size, requested, spare
from kubectl_ddfargate.model.kube.containers import Resources
from kubectl_ddfargate.model.kube.pods import Container, PodSpec
from kubectl_ddfargate.model.settings import NONE

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


def too_much(spec: PodSpec) -> Room | None:
    """The room of a spec whose agents request more than they must: for a larger size, or for any.

    None where smaller requests would change nothing. Raises ValueError for a request that is no quantity.
    """
    found = growth(spec)
    if found is not None:
        return found if found.avoidable else None
    room = outgrown(spec)
    return room if room is not None and room.least is not None else None


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


def fitting(room: Room) -> dict[str, str]:
    """The largest requests that keep the least size, as quantities; what has no room is left out.

    More memory than SMALLEST_LIMIT, or than is requested today, by the making of `least`.
    """
    return _quantities({"cpu": room.cpu, "memory": room.memory})


def no_more(rooms: Iterable[Room]) -> dict[str, str]:
    """The largest requests that keep the least size of each, none of them more than today's.

    What has no room is left out, and what nobody requests today: that stays as it is.
    """
    found = list(rooms)
    cpu = [min(one.cpu, one.asked_cpu) for one in found if one.asked_cpu]
    memory = [min(one.memory, one.asked_memory) for one in found if one.asked_memory]
    amounts = {"cpu": cpu, "memory": memory}
    return _quantities({name: min(values) for name, values in amounts.items() if values})


def for_install(rooms: Iterable[Room]) -> dict[str, str]:
    """The same as the flags of `install` take it: `none` for CPU without room. Not named: what may stay as it is.

    Memory is the limit too, so it is never less than SMALLEST_LIMIT.
    """
    found = list(rooms)
    kept = no_more(found)
    cpu, memory = parse_quantity(kept.get("cpu", 0)), parse_quantity(kept.get("memory", 0))
    amounts = {}
    if any(one.asked_cpu != cpu for one in found):
        amounts["cpu"] = kept.get("cpu", NONE)
    if memory and any(one.asked_memory != memory for one in found):
        amounts["memory"] = max(kept["memory"], SMALLEST_LIMIT, key=parse_quantity)
    return amounts


def _quantities(amounts: Mapping[str, Decimal]) -> dict[str, str]:
    """Cores and bytes as `150m` and `186Mi`, rounded down; nothing of what is less than one."""
    units = {"cpu": (Decimal(1) / 1000, "m"), "memory": (MEBI, "Mi")}
    whole = {name: (value / units[name][0]).to_integral_value(ROUND_DOWN) for name, value in amounts.items()}
    return {name: f"{value:f}{units[name][1]}" for name, value in whole.items() if value}


def can_live(container: Container) -> bool:
    """Whether an agent's memory limit is there, and leaves it enough."""
    limit = ((container.resources.limits if container.resources else None) or {}).get("memory")
    return limit is not None and parse_quantity(limit) >= parse_quantity(SMALLEST_LIMIT)


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
