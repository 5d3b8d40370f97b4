"""Reads the Secrets and ConfigMaps that agents and the cluster agent use, by name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from kubectl_ddfargate.cluster.collect.reading import Reading
from kubectl_ddfargate.cluster.collect.side_by_side import Run
from kubectl_ddfargate.facts.agents import agents
from kubectl_ddfargate.facts.cluster_agent import cluster_agents
from kubectl_ddfargate.facts.index import Index, NotReadError
from kubectl_ddfargate.facts.injection import prospects
from kubectl_ddfargate.facts.variables import ConfigUse, config_uses, secrets_of
from kubectl_ddfargate.model import kinds
from kubectl_ddfargate.model.kube.pods import Container


class AgentNeeds:
    """What is asked for, each Secret and ConfigMap once."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self.secrets: set[tuple[str, str]] = set()
        """Namespace and name of those that were asked for."""

    def begin(self, run: Run, index: Index) -> None:
        """Have the Secrets of the agents that are there read; what new pods would need is not known yet."""
        self._begin_secrets(run, _running(index))

    def read(self, run: Run, index: Index) -> None:
        """Have all the rest read, side by side: after the dry-runs, which show the agents of new pods."""
        containers = [*_running(index), *_coming(index)]
        self._begin_secrets(run, containers)
        uses: dict[tuple[str, str], list[ConfigUse]] = {}
        for namespace, container in containers:
            for use in config_uses(container):
                uses.setdefault((namespace, use.config_map), []).append(use)
        for place in sorted(uses):
            run(self._reading.get_config_map, *place, partial(_variables, uses[place]))

    def _begin_secrets(self, run: Run, containers: Iterable[tuple[str, Container]]) -> None:
        wanted = {(namespace, name) for namespace, container in containers for name in secrets_of(container)}
        for place in sorted(wanted - self.secrets):
            run(self._reading.get, kinds.SECRETS, *place)
        self.secrets |= wanted


def _variables(uses: Sequence[ConfigUse], key: str) -> list[str]:
    return [name for use in uses for name in use.variables(key)]


def _running(index: Index) -> list[tuple[str, Container]]:
    """The agents of pods, and the cluster agents, with their namespaces."""
    found: list[tuple[str, Container]] = []
    try:
        found += [(group.namespace, group.container) for group in agents(index)]
        for agent in cluster_agents(index):
            if agent.container is not None:
                found.append((agent.namespace, agent.container))
    except NotReadError:
        pass  # the checks that need it will say so
    return found


def _coming(index: Index) -> list[tuple[str, Container]]:
    try:
        return [(group.namespace, group.container) for group in prospects(index)]
    except NotReadError:
        return []
