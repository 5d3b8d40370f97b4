"""What the Secrets behind an agent's variables hold: presence and length class, never a value."""

from __future__ import annotations

import msgspec

from kubectl_ddfargate.facts.agents import AgentGroup
from kubectl_ddfargate.facts.cluster_agent import ClusterAgent, cluster_agent, setting
from kubectl_ddfargate.facts.index import Index, NotReadError, fact
from kubectl_ddfargate.facts.variables import SecretUse, is_true, needed_config_maps, secret_uses, text_of, variable
from kubectl_ddfargate.model.kinds import CONFIG_MAPS, SECRETS
from kubectl_ddfargate.model.kube.config import ConfigMap, Secret
from kubectl_ddfargate.model.redaction import SecretMark

API_KEY_VARIABLE = "DD_API_KEY"
AGENT_FOLDER = "/etc/datadog-agent"
TOKEN_VARIABLE = "DD_CLUSTER_AGENT_AUTH_TOKEN"  # noqa: S105 (the name of a variable)


class Lack(msgspec.Struct, frozen=True):
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


def has_key(index: Index, namespace: str, name: str, key: str) -> bool:
    """Whether a Secret with this key is known to be there; it may be so too where nobody asked for it.

    Raises NotReadError where nobody asked and the caller is one who may not read Secrets, here or elsewhere.
    """
    secret: Secret | None = index.get(SECRETS, namespace, name)
    if secret is not None:
        return key in (secret.keys or {})
    if any((SECRETS.plural, namespace, name) == (m.resource, m.namespace, m.name) for m in index.snapshot.missing):
        return False
    for entry in index.snapshot.unread:
        if entry.resource == SECRETS.plural:
            raise NotReadError(entry)
    return False


def waits_for_config_map(index: Index, group: AgentGroup) -> bool:
    """Whether the container needs a ConfigMap, or a key of one, that is not there."""
    for name, key in needed_config_maps(group.container):
        found: ConfigMap | None = index.get(CONFIG_MAPS, group.namespace, name)
        if found is None or (key and key not in (found.keys or ())):
            return True
    return False


def waits_for_secret(index: Index, group: AgentGroup) -> bool:
    """Whether a missing Secret or key explains why the container does not start."""
    return bool(lacks(index, group))


class Token(msgspec.Struct, frozen=True):
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


def absent_credentials(index: Index, group: AgentGroup) -> dict[str, SecretUse | None]:
    """The credentials that an agent does without, each with the optional reference that gives nothing, if any.

    What keeps the container from starting is none of them (see `lacks`), nor is a token in the variable that no
    agent reads. Raises NotReadError where a Secret, or whether a cluster agent is used, could not be read.
    """
    found: dict[str, SecretUse | None] = {}
    if not _has_file(group, "datadog.yaml"):
        _note_absent(index, group, API_KEY_VARIABLE, found)
        wanted = is_true(text_of(variable(index, group.namespace, group.container, "DD_CLUSTER_AGENT_ENABLED")))
        misnamed = variable(index, group.namespace, group.container, "DD_CLUSTER_AGENT_TOKEN") is not None
        if wanted and not misnamed and not _has_file(group, "cluster_agent.auth_token"):
            _note_absent(index, group, TOKEN_VARIABLE, found)
    return found


def _note_absent(index: Index, group: AgentGroup, name: str, found: dict[str, SecretUse | None]) -> None:
    known = variable(index, group.namespace, group.container, name)
    # a whole Secret that is missing (`envFrom`) may be what would give it
    if any(lack.use.variable in (name, "") for lack in lacks(index, group)):
        return
    if known is None or (known.source == "literal" and known.literal is None):
        found[name] = None
        return
    if known.secret is not None and _mark_of(index, group.namespace, known.secret) is None:
        found[name] = known.secret


def _has_file(group: AgentGroup, name: str) -> bool:
    """Whether a volume stands where the agent looks for a file of its own."""
    places = (AGENT_FOLDER, f"{AGENT_FOLDER}/{name}")
    return any((mount.mount_path or "").rstrip("/") in places for mount in group.container.volume_mounts or ())


def cluster_agent_token(index: Index, agent: ClusterAgent | None = None) -> Token | None:
    """The cluster agent's own token, of the preferred one where none is named; None where it is not known."""
    agent = agent or cluster_agent(index)
    found = setting(index, agent, TOKEN_VARIABLE) if agent is not None else None
    if agent is None or found is None:
        return None
    if found.literal is not None:
        return Token(found.literal, found.path)
    if found.secret is None:
        return None
    mark = _mark_of(index, agent.namespace, found.secret)
    return Token(mark, found.path, found.secret.secret, found.secret.key) if mark else None


def _mark_of(index: Index, namespace: str, use: SecretUse) -> SecretMark | None:
    secret: Secret | None = index.get(SECRETS, namespace, use.secret)
    return (secret.keys or {}).get(use.key) if secret else None
