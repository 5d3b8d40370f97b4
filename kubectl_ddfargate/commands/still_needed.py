"""Which running pods refer to an object that is about to go."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from kubectl_ddfargate.commands.owned import Owned
from kubectl_ddfargate.facts.agents import AgentGroup, agents
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.facts.route_start import URL_VARIABLE
from kubectl_ddfargate.facts.service_range import Address
from kubectl_ddfargate.facts.variables import secrets_of, text_of, variable


def needed_by(index: Index, one: Owned) -> tuple[str, ...]:
    """The workloads whose agents use it; empty for what nobody uses."""
    return tuple(dict.fromkeys(group.ref.address for group in agents(index) if _uses(index, group, one)))


def _uses(index: Index, group: AgentGroup, one: Owned) -> bool:
    kind = one.ref.kind
    if kind in ("Secret", "ExternalSecret"):
        return group.namespace == one.ref.namespace and one.ref.name in secrets_of(group.container)
    if kind == "Service":
        url = text_of(variable(index, group.namespace, group.container, URL_VARIABLE)) or ""
        return host_address(url) in addresses_of(one.spec or {})
    return kind == "ClusterRoleBinding" and (group.namespace, group.service_account) in one.subjects


def host_address(url: str) -> Address | None:
    """The IP address that a URL leads to; None where its host is a name, or none at all."""
    try:
        # The agent adds the scheme where none stands.
        return _address(urlsplit(url if "://" in url else f"https://{url}").hostname or "")
    except ValueError:
        return None


def addresses_of(spec: Mapping[str, Any]) -> set[Address]:
    """The cluster IPs of a Service; none where it is headless."""
    written = (spec.get("clusterIP"), *(spec.get("clusterIPs") or ()))
    return {address for text in written if text and (address := _address(text)) is not None}


def _address(text: str) -> Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None
