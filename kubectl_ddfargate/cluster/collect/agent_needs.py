"""Reads the Secrets and ConfigMaps that agents and the cluster agent use, by name."""

from __future__ import annotations

from collections.abc import Sequence
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


def read_what_agents_need(run: Run, reading: Reading, index: Index) -> set[tuple[str, str]]:
    """Have it read, side by side. Returns namespace and name of the Secrets."""
    secrets: set[tuple[str, str]] = set()
    uses: dict[tuple[str, str], list[ConfigUse]] = {}
    for namespace, container in _containers(index):
        secrets |= {(namespace, name) for name in secrets_of(container)}
        for use in config_uses(container):
            uses.setdefault((namespace, use.config_map), []).append(use)
    for place in sorted(secrets):
        run(reading.get, kinds.SECRETS, *place)
    for place in sorted(uses):
        run(reading.get_config_map, *place, partial(_variables, uses[place]))
    return secrets


def _variables(uses: Sequence[ConfigUse], key: str) -> list[str]:
    return [name for use in uses for name in use.variables(key)]


def _containers(index: Index) -> list[tuple[str, Container]]:
    found: list[tuple[str, Container]] = []
    try:
        found += [(group.namespace, group.container) for group in (*agents(index), *prospects(index))]
        for agent in cluster_agents(index):
            if agent.container is not None:
                found.append((agent.namespace, agent.container))
    except NotReadError:
        pass  # the checks that need it will say so
    return found
