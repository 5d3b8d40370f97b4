"""Refuses credentials among the settings: a policy can be read by many, and so can a settings file."""

from __future__ import annotations

import re

from kubectl_ddfargate.commands.settings_problems import problem, shown
from kubectl_ddfargate.model.redaction import (
    CREDENTIAL_VARIABLES,
    READABLE_VARIABLES,
    is_reference,
    looks_opaque,
    readable,
)

_HINT = (
    "leave it out: API key and token come from the Secret datadog-secret; other credentials need one of their own"
)
_CREDENTIAL_NAME = re.compile(
    r"(^|_)(API_?KEYS?|APP_?KEYS?|APPLICATION_KEY|ACCESS_KEY|TOKEN|PASSWORD|PASSWD|SECRET)$"
)
_LOGIN = re.compile(r"//[^/@\s]*:[^/@\s]*@")
# Long words are usual here: `checkout-service-v2-production`.
_WORDS = READABLE_VARIABLES | {"DD_ENV", "DD_HOSTNAME", "DD_LOG_LEVEL", "DD_SERVICE", "DD_TAGS", "DD_VERSION"}


def refuse_credential(place: str, name: str, value: str) -> None:
    """Raise UsageError where a variable is a credential by its name or by the shape of its value.

    A mere `$(OTHER)` is none: the kubelet fills it in.
    """
    if is_reference(value):
        return
    if name in CREDENTIAL_VARIABLES or _CREDENTIAL_NAME.search(name.upper()):
        raise problem(place, f"{shown(name)} is a credential, and would stand in the policy in clear", hint=_HINT)
    if _looks_secret(name, value):
        raise problem(
            place,
            f"the value of {shown(name)} looks like a credential, and would stand in the policy in clear",
            hint=_HINT,
        )


def refuse_key(place: str, value: str) -> None:
    """Raise UsageError where the key itself stands instead of its path in a store."""
    if looks_like_key(value):
        raise problem(
            place,
            "the path of the key in the store is wanted; what stands there looks like the key itself",
            hint="for example datadog/api-key",
        )


def looks_like_key(value: str) -> bool:
    """Whether a text holds what has the shape of a Datadog key."""
    # Under a harmless name nothing but such a value is held back.
    return readable("DD_SITE", value) is None


def _looks_secret(name: str, value: str) -> bool:
    if looks_like_key(value) or _LOGIN.search(value):
        return True
    is_path = value.startswith(("/", "./"))
    return name not in _WORDS and not is_path and looks_opaque(value)
