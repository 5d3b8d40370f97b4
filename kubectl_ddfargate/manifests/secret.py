"""The Secret with API key and token in each target namespace: a copy, or what an external store makes of it.

No manifest holds a value. Of a copy the values are put in when it is applied.
"""

from __future__ import annotations

from typing import Any

from kubectl_ddfargate.manifests.metadata import owned_metadata
from kubectl_ddfargate.model.design import API_KEY, TOKEN, Design, SecretCopy, SecretStore
from kubectl_ddfargate.model.objects import Desired

COPY, EXTERNAL = "copy", "external"


def objects(design: Design) -> tuple[Desired, ...]:
    """Secrets for mode `copy`, ExternalSecrets for mode `external` with a store, else nothing."""
    copies = sorted(design.secrets, key=lambda copy: (copy.namespace, copy.name))
    if design.secret_mode == COPY:
        return tuple(Desired(_copy(copy), "API key and token of the agents", "secret", copy) for copy in copies)
    store = design.secret_store
    if made_by_store(design) and store is not None:
        why = "API key and token of the agents, from a store"
        return tuple(Desired(_external(copy, store), why, "secret") for copy in copies)
    return ()


def made_by_store(design: Design) -> bool:
    """Whether the External Secrets Operator makes the Secrets, from ExternalSecrets of ours."""
    return design.secret_mode == EXTERNAL and design.secret_store is not None


def required_secrets(design: Design) -> tuple[SecretCopy, ...]:
    """Those that must be there, whoever makes them, where manifests alone are applied: one per target namespace.

    Nothing where an external store makes them.
    """
    if made_by_store(design):
        return ()
    namespaces = sorted({target.namespace for target in design.targets} | set(design.scope.namespaces))
    return tuple(SecretCopy(namespace, design.agent.secret, {}) for namespace in namespaces)


def _copy(copy: SecretCopy) -> dict[str, Any]:
    metadata = owned_metadata(copy.name, copy.namespace)
    return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "type": "Opaque"}


def _external(copy: SecretCopy, store: SecretStore) -> dict[str, Any]:
    return {
        "apiVersion": "external-secrets.io/v1",
        "kind": "ExternalSecret",
        "metadata": owned_metadata(copy.name, copy.namespace),
        "spec": {
            "refreshInterval": "1h0m0s",
            "secretStoreRef": {"name": store.name, "kind": store.kind},
            "target": {"name": copy.name, "creationPolicy": "Owner"},
            "data": [_entry(API_KEY, store.api_key), _entry(TOKEN, store.token)],
        },
    }


def _entry(key: str, place: str) -> dict[str, Any]:
    name, mark, part = place.partition("#")
    return {"secretKey": key, "remoteRef": {"key": name, **({"property": part} if mark else {})}}
