"""Ports that an agent wants and that somebody else in its pod has.

What an agent opens by itself: https://docs.datadoghq.com/agent/architecture (5000, 5001, 8125) and the APM agent's
8126. A Fargate pod shares the network of its node, whose kubelet has 10250.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from kubectl_ddfargate.facts.agents import AgentGroup, is_agent
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.facts.variables import text_of, variable

KUBELET_PORT = 10250
_OPENED = (
    ("DD_EXPVAR_PORT", 5000, "TCP", ""),
    ("DD_CMD_PORT", 5001, "TCP", ""),
    ("DD_APM_RECEIVER_PORT", 8126, "TCP", "DD_APM_ENABLED"),
    ("DD_DOGSTATSD_PORT", 8125, "UDP", "DD_USE_DOGSTATSD"),
)
"""Variable, its default, protocol, and the variable that turns the port off; without one it is always opened."""
_OFF = frozenset({"false", "0", "f", "F", "FALSE", "False"})


class Collision(msgspec.Struct, frozen=True):
    """One port, wanted twice."""

    port: int
    protocol: str
    path: str
    other: str
    """Who else wants it: `container web`, or `the kubelet`."""
    variable: str = ""
    """What moves the agent's port; empty where it only stands in `ports`."""
    free: int = 0
    """A port that nobody in the pod declares."""


def collisions(index: Index, group: AgentGroup) -> Iterator[Collision]:
    """The ports of an agent that others have. Raises NotReadError where its settings are not known."""
    taken = {(KUBELET_PORT, "TCP"): "the kubelet"}
    for container in group.spec.all_containers():
        if not is_agent(container):
            for port in container.ports or ():
                if port.container_port:
                    taken.setdefault((port.container_port, port.protocol or "TCP"), f"container {container.name}")
    path = f"spec.containers[{group.container.name}]"
    opened = dict(_opened(index, group))
    for name, (number, protocol) in opened.items():
        if (number, protocol) in taken:
            used = {one for one, _ in (*taken, *opened.values())}
            free = next(one for one in range(number + 10000, 65536) if one not in used)
            yield Collision(number, protocol, f"{path}.env[{name}]", taken[number, protocol], name, free)
    for port in group.container.ports or ():
        place = (port.container_port or 0, port.protocol or "TCP")
        if place in taken and place not in opened.values():
            yield Collision(*place, f"{path}.ports[{place[0]}]", taken[place])


def _opened(index: Index, group: AgentGroup) -> Iterator[tuple[str, tuple[int, str]]]:
    for name, default, protocol, switch in _OPENED:
        if switch and _text(index, group, switch) in _OFF:
            continue
        text = _text(index, group, name) or str(default)
        if text.isdecimal() and int(text):  # 0 turns a port off
            yield name, (int(text), protocol)


def _text(index: Index, group: AgentGroup, name: str) -> str:
    return text_of(variable(index, group.namespace, group.container, name))
