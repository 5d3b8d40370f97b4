"""What the Secrets behind an agent's variables hold: presence and length class, never a value."""

from __future__ import annotations

from dataclasses import dataclass

from kubectl_ddfargate.facts.agents import AgentGroup
from kubectl_ddfargate.facts.cluster_agent import cluster_agent, setting
from kubectl_ddfargate.facts.index import Index, fact
from kubectl_ddfargate.facts.variables import SecretUse, secret_uses, variable
from kubectl_ddfargate.model.kinds import SECRETS
from kubectl_ddfargate.model.kube.config import Secret
from kubectl_ddfargate.model.redaction import SecretMark

TOKEN_VARIABLE = "DD_CLUSTER_AGENT_AUTH_TOKEN"  # noqa: S105 (the name of a variable)


@dataclass(frozen=True)
class Lack:
    """A Secret, or a key of one, that is not there."""

    use: SecretUse
    secret: Secret | None
    """None where the whole Secret is missing."""

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that the Secret has instead."""
        return tuple(sorted((self.secret.keys if self.secret else None) or {}))


@fact
def lacks(index: Index, group: AgentGroup) -> tuple[Lack, ...]:
    """Secrets and keys that a group of agents needs to start and that are missing.

    Raises NotReadError where a Secret may not be read.
    """
    found = []
    for use in secret_uses(group.container):
        secret: Secret | None = index.get(SECRETS, group.namespace, use.secret)
        if secret is None or (use.key and use.key not in (secret.keys or {})):
            found.append(Lack(use, secret))
    return tuple(found)


def waits_for_secret(index: Index, group: AgentGroup) -> bool:
    """Whether a missing Secret or key explains why the container does not start."""
    return bool(lacks(index, group))


@dataclass(frozen=True)
class Token:
    """The token that an agent shows to the cluster agent."""

    mark: SecretMark
    path: str
    secret: str | None = None
    """The Secret that it comes from; None where it stands in clear."""
    key: str | None = None


@fact
def token_of(index: Index, group: AgentGroup) -> Token | None:
    """The token of a group; None where none is set, or where it comes from what this tool does not read."""
    found = variable(index, group.namespace, group.container, TOKEN_VARIABLE)
    if found is None:
        return None
    if found.literal is not None:
        return Token(found.literal, found.path)
    if found.secret is None:
        return None
    mark = _mark_of(index, group.namespace, found.secret)
    return Token(mark, found.path, found.secret.secret, found.secret.key) if mark else None


def cluster_agent_token(index: Index) -> Token | None:
    """The cluster agent's own token; None where none is known to come from a Secret."""
    agent = cluster_agent(index)
    found = setting(index, agent, TOKEN_VARIABLE) if agent is not None else None
    if agent is None or found is None or found.secret is None:
        return None
    mark = _mark_of(index, agent.namespace, found.secret)
    return Token(mark, found.path, found.secret.secret, found.secret.key) if mark else None


def _mark_of(index: Index, namespace: str, use: SecretUse) -> SecretMark | None:
    secret: Secret | None = index.get(SECRETS, namespace, use.secret)
    return (secret.keys or {}).get(use.key) if secret else None
