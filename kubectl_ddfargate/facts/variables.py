"""The environment that a container really gets, from `env` and `envFrom`, without any credential in it."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from kubectl_ddfargate.facts.index import Index, NotReadError
from kubectl_ddfargate.model.kinds import CONFIG_MAPS, SECRETS
from kubectl_ddfargate.model.kube.pods import Container, EnvVar
from kubectl_ddfargate.model.redaction import SecretMark
from kubectl_ddfargate.model.snapshot import Unread


class SecretUse(msgspec.Struct, frozen=True):
    """One key of a Secret that a container needs to start."""

    variable: str
    secret: str
    key: str
    """Empty where the whole Secret is taken (`envFrom`)."""
    path: str


class Variable(msgspec.Struct, frozen=True):
    """One variable as the container gets it.

    `source`: `literal`, `secret`, `configmap`, `field`, `computed` (holds `$(…)` or a resource field).
    """

    name: str
    source: str
    path: str
    value: str | None = None
    """The text, where it is known and may be read."""
    field: str | None = None
    literal: SecretMark | None = None
    secret: SecretUse | None = None

    @property
    def known(self) -> bool:
        """Whether `value` is the whole truth."""
        return self.value is not None and "$(" not in self.value


def variable(index: Index, namespace: str, container: Container, name: str) -> Variable | None:
    """One variable of a container; None where it is not set.

    `env` beats `envFrom`, and what stands later beats what stands earlier, as the kubelet does it.
    Raises NotReadError where a ConfigMap or Secret of `envFrom` decides and may not be read.
    """
    for entry in reversed(container.env or ()):
        if entry.name == name:
            return _from_entry(index, namespace, container, entry)
    for source in reversed(container.env_from or ()):
        prefix = source.prefix or ""
        if not name.startswith(prefix):
            continue
        key = name[len(prefix) :]
        path = f"spec.containers[{container.name}].envFrom"
        if source.config_map_ref is not None and source.config_map_ref.name:
            config = index.get(CONFIG_MAPS, namespace, source.config_map_ref.name)
            if config is not None and key in (config.keys or ()):
                return Variable(name, "configmap", path, value=(config.data or {}).get(key))
        if source.secret_ref is not None and source.secret_ref.name:
            secret = index.get(SECRETS, namespace, source.secret_ref.name)
            if secret is not None and key in (secret.keys or {}):
                use = SecretUse(name, secret.name, key, path)
                return Variable(name, "secret", path, secret=use)
    return None


def _from_entry(index: Index, namespace: str, container: Container, entry: EnvVar) -> Variable:
    path = f"spec.containers[{container.name}].env[{entry.name}]"
    source = entry.value_from
    if source is None:
        if entry.literal is not None:
            return Variable(entry.name, "literal", path, literal=entry.literal)
        text = entry.value if entry.value is not None or entry.hidden else ""
        return Variable(entry.name, "computed" if "$(" in (text or "") else "literal", path, value=text)
    if source.secret_key_ref is not None:
        ref = source.secret_key_ref
        use = SecretUse(entry.name, ref.name or "", ref.key or "", f"{path}.valueFrom.secretKeyRef")
        return Variable(entry.name, "secret", use.path, secret=use)
    if source.config_map_key_ref is not None:
        ref = source.config_map_key_ref
        config = index.get(CONFIG_MAPS, namespace, ref.name or "")
        value = (config.data or {}).get(ref.key or "") if config is not None else None
        return Variable(entry.name, "configmap", f"{path}.valueFrom.configMapKeyRef", value=value)
    if source.field_ref is not None:
        field = source.field_ref.field_path or ""
        return Variable(entry.name, "field", f"{path}.valueFrom.fieldRef", field=field)
    return Variable(entry.name, "computed", path)


_ORIGIN = {
    "secret": "in a Secret, and Secret values are never read",
    "configmap": "in a ConfigMap key that is not there or not read",
    "field": "a field of the pod",
    "computed": "put together by the kubelet from $(…)",
    "literal": "not kept: it is no known setting, or looks like a credential",
}
"""Why the text of a variable is not known, by its source."""


def text_of(found: Variable | None, default: str = "") -> str:
    """The value of a setting, or the default where it is not set. To the agent an empty value is none.

    Raises NotReadError where it is set and its value is not known.
    """
    if found is None:
        return default
    if found.value is None or not found.known:
        raise NotReadError(Unread(resource=found.name, verb="read", reason=f"its value is {_ORIGIN[found.source]}"))
    return found.value or default


def secret_uses(container: Container) -> Iterator[SecretUse]:
    """The Secrets without which the container cannot start. Optional references are none of them."""
    path = f"spec.containers[{container.name}]"
    for entry in container.env or ():
        ref = entry.value_from.secret_key_ref if entry.value_from else None
        if ref is not None and not ref.optional:
            where = f"{path}.env[{entry.name}].valueFrom.secretKeyRef"
            yield SecretUse(entry.name, ref.name or "", ref.key or "", where)
    for source in container.env_from or ():
        if source.secret_ref is not None and not source.secret_ref.optional:
            yield SecretUse("", source.secret_ref.name or "", "", f"{path}.envFrom.secretRef")


class ConfigUse(msgspec.Struct, frozen=True):
    """One use of a ConfigMap in the environment."""

    config_map: str
    key: str | None
    """None where the whole ConfigMap is taken (`envFrom`)."""
    name: str
    """The variable that takes the key; the prefix of all variables where the whole is taken."""

    def variables(self, key: str) -> tuple[str, ...]:
        """Which variable gets the value of a key; none where this use is of another key."""
        if self.key is None:
            return (self.name + key,)
        return (self.name,) if self.key == key else ()


def config_uses(container: Container) -> Iterator[ConfigUse]:
    """The ConfigMaps that give this container variables."""
    for entry in container.env or ():
        ref = entry.value_from.config_map_key_ref if entry.value_from else None
        if ref is not None and ref.name and ref.key:
            yield ConfigUse(ref.name, ref.key, entry.name)
    for source in container.env_from or ():
        if source.config_map_ref is not None and source.config_map_ref.name:
            yield ConfigUse(source.config_map_ref.name, None, source.prefix or "")


def needed_config_maps(container: Container) -> Iterator[tuple[str, str]]:
    """The ConfigMaps without which the container cannot start, each with its key; empty where all keys serve."""
    for entry in container.env or ():
        ref = entry.value_from.config_map_key_ref if entry.value_from else None
        if ref is not None and not ref.optional:
            yield ref.name or "", ref.key or ""
    for source in container.env_from or ():
        if source.config_map_ref is not None and not source.config_map_ref.optional:
            yield source.config_map_ref.name or "", ""


def is_true(value: str | None) -> bool:
    """Whether the agent reads a text as true (Go's strconv.ParseBool, which its configuration uses)."""
    return value in ("1", "t", "T", "true", "TRUE", "True")


def secrets_of(container: Container) -> Iterator[str]:
    """The names of the Secrets that this container refers to, optional or not."""
    for entry in container.env or ():
        ref = entry.value_from.secret_key_ref if entry.value_from else None
        if ref is not None and ref.name:
            yield ref.name
    for source in container.env_from or ():
        if source.secret_ref is not None and source.secret_ref.name:
            yield source.secret_ref.name
