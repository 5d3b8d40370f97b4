"""Which running pods refer to an object that is about to go."""

from __future__ import annotations

from kubectl_ddfargate.commands.owned import Owned
from kubectl_ddfargate.facts.agents import AgentGroup, agents
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.facts.route_start import URL_VARIABLE
from kubectl_ddfargate.facts.variables import secrets_of, text_of, variable


def needed_by(index: Index, one: Owned) -> tuple[str, ...]:
    """The workloads whose agents use it; empty for what nobody uses."""
    return tuple(dict.fromkeys(group.ref.address for group in agents(index) if _uses(index, group, one)))


def _uses(index: Index, group: AgentGroup, one: Owned) -> bool:
    kind = one.ref.kind
    if kind in ("Secret", "ExternalSecret"):
        return group.namespace == one.ref.namespace and one.ref.name in secrets_of(group.container)
    if kind == "Service":
        address = (one.spec or {}).get("clusterIP") or ""
        url = text_of(variable(index, group.namespace, group.container, URL_VARIABLE)) or ""
        return bool(address) and address in url
    return kind == "ClusterRoleBinding" and (group.namespace, group.service_account) in one.subjects
