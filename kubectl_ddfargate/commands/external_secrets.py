"""Waits for the Secrets that an external store makes: a policy must not send pods to a Secret that is not there."""

from __future__ import annotations

import time

from kubectl_ddfargate.cluster.gateway import Gateway
from kubectl_ddfargate.commands.talk import Talk
from kubectl_ddfargate.commands.trying import Pause, until
from kubectl_ddfargate.errors import NotFoundError
from kubectl_ddfargate.manifests.secret import made_by_store
from kubectl_ddfargate.model.design import Design, SecretCopy
from kubectl_ddfargate.model.kinds import SECRETS
from kubectl_ddfargate.model.kube.config import Secret
from kubectl_ddfargate.resolve.secrets import lacking_keys


def awaited(design: Design) -> tuple[SecretCopy, ...]:
    """The Secrets that the store's controller makes once its ExternalSecrets are applied."""
    return design.secrets if made_by_store(design) else ()


def wait_made(
    gateway: Gateway, design: Design, *, deadline: float, talk: Talk, pause: Pause = time.sleep
) -> tuple[str, ...]:
    """What still lacks at `deadline`, a moment of the monotonic clock: `secret shop/datadog-secret has no token`.

    Empty where every Secret has both keys. Only keys are looked at; values are not kept.
    """
    left: list[str] = []

    def look() -> bool:
        left[:] = filter(None, (_lack(gateway, copy) for copy in awaited(design)))
        if left:
            talk.progress(f"waiting for the store: {'; '.join(left)}")
        return not left

    until(look, deadline, pause)
    return tuple(left)


def _lack(gateway: Gateway, copy: SecretCopy) -> str:
    where = f"secret {copy.namespace}/{copy.name}"
    try:
        keys = lacking_keys(gateway.get(SECRETS.path(copy.namespace, copy.name), Secret))
    except NotFoundError:
        keys = lacking_keys(None)
        return f"{where} is not there (keys {' and '.join(keys)})"
    return f"{where} has no {' and no '.join(keys)}" if keys else ""
