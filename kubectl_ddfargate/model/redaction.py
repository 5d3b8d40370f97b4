"""Keeps credentials out of every record, by construction.

A record that may carry a credential replaces the text with a `SecretMark` while it is decoded, so that no
later layer can print, save or compare the value itself. What is kept: whether it is there, a length class,
and a hash under a key that lives only in this process. The same value gives the same hash within one run
(and within the file saved from it), and tells nothing between runs.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import secrets

import msgspec

_RUN_KEY = secrets.token_bytes(32)

TOKEN_MINIMUM = 32
"""Shortest token that the cluster agent takes (DataDog/datadog-agent pkg/api/security/security.go)."""

CREDENTIAL_VARIABLES = frozenset(
    {"DD_API_KEY", "DD_APP_KEY", "DD_CLUSTER_AGENT_AUTH_TOKEN", "DD_CLUSTER_AGENT_TOKEN"}
)
"""Agent variables whose value is a credential."""

READABLE_VARIABLES = frozenset(
    {
        "DATADOG_CLUSTER_AGENT_SERVICE_HOST",
        "DATADOG_CLUSTER_AGENT_SERVICE_PORT",
        "DD_ADMISSION_CONTROLLER_AGENT_SIDECAR_ENABLED",
        "DD_ADMISSION_CONTROLLER_AGENT_SIDECAR_PROVIDER",
        "DD_ADMISSION_CONTROLLER_ENABLED",
        "DD_APM_ENABLED",
        "DD_APM_RECEIVER_PORT",
        "DD_AUTO_EXIT_NOPROCESS_ENABLED",
        "DD_CLUSTER_AGENT_CMD_PORT",
        "DD_CLUSTER_AGENT_ENABLED",
        "DD_CLUSTER_AGENT_KUBERNETES_SERVICE_NAME",
        "DD_CLUSTER_AGENT_TOKEN_NAME",
        "DD_CLUSTER_AGENT_URL",
        "DD_CLUSTER_NAME",
        "DD_CMD_PORT",
        "DD_CLUSTER_TRUST_CHAIN_CA_CERT_FILE_PATH",
        "DD_CLUSTER_TRUST_CHAIN_ENABLE_TLS_VERIFICATION",
        "DD_DOGSTATSD_PORT",
        "DD_EKS_FARGATE",
        "DD_EXPVAR_PORT",
        "DD_KUBERNETES_KUBELET_NODENAME",
        "DD_ORCHESTRATOR_EXPLORER_ENABLED",
        "DD_PROCESS_AGENT_ENABLED",
        "DD_PROCESS_CONFIG_PROCESS_COLLECTION_ENABLED",
        "DD_SITE",
        "DD_USE_DOGSTATSD",
        "NO_PROXY",
        "no_proxy",
    }
)
"""Variables whose value a check needs to read. The value of every other variable is dropped unread."""

_KEY_SHAPED = re.compile(r"(?<![0-9a-zA-Z])(?=[a-zA-Z]*[0-9])[0-9a-zA-Z]{32,}(?![0-9a-zA-Z])")
_OPAQUE = re.compile(r"(?=[^0-9]*[0-9])(?=[^a-zA-Z]*[a-zA-Z])[A-Za-z0-9+/=_-]{20,}")
_USER_INFO = re.compile(r"(?<=//)[^/@\s]*@")


class SecretMark(msgspec.Struct, frozen=True, rename="camel", gc=False):
    """That a credential is there, and nothing of what it is."""

    length: str
    """`empty`, `under-32` or `32-or-more`."""
    digest: str
    """Keyed hash; equal for equal values within one run, empty for an empty value."""


def mark(value: str | bytes) -> SecretMark:
    """The mark of a credential. The value is not kept."""
    raw = value.encode() if isinstance(value, str) else value
    if not raw:
        return SecretMark("empty", "")
    length = "under-32" if len(raw) < TOKEN_MINIMUM else "32-or-more"
    return SecretMark(length, hashlib.blake2b(raw, key=_RUN_KEY, digest_size=12).hexdigest())


def mark_base64(value: str) -> SecretMark:
    """The mark of one entry of a Secret's `data`. What is no base64 is marked as it stands."""
    try:
        return mark(base64.b64decode(value))
    except (binascii.Error, ValueError):
        return mark(value)


def readable(name: str, value: str) -> str | None:
    """The value of a variable that may be read, cleaned; None where it must not be kept.

    A value that looks like a Datadog key is dropped even under a harmless name: people paste into the
    wrong line.
    """
    if not value:
        return value
    if name not in READABLE_VARIABLES or _KEY_SHAPED.search(value):
        return None
    return _USER_INFO.sub("…@", value)


def is_reference(value: str) -> bool:
    """Whether a value is only `$(OTHER)`, which the kubelet replaces: no literal stands there."""
    return re.fullmatch(r"\$\([A-Za-z_][A-Za-z0-9_.-]*\)", value) is not None


def looks_opaque(value: str) -> bool:
    """Whether a text could be a key or token by its shape alone."""
    return _KEY_SHAPED.search(value) is not None or _OPAQUE.fullmatch(value) is not None
