"""Credentials of `auth-provider` entries, which exec plugins have replaced. Reads tokens, never refreshes them.

Refreshing is left to kubectl on purpose. Providers hand out a new refresh token with each refresh and
revoke the old one, so whoever refreshes must also write the kubeconfig; a tool that diagnoses does not. The
official Python client does refresh, but fetches the provider's address with TLS verification off.
"""

from __future__ import annotations

import base64
import binascii
import time

import msgspec

from kubectl_ddfargate.cluster.decoders import decode_json
from kubectl_ddfargate.cluster.kubeconfig_entries import AuthProvider
from kubectl_ddfargate.cluster.target import Target
from kubectl_ddfargate.errors import CredentialsError

EXPIRY_MARGIN = 10.0
"""Seconds before its end at which a token counts as expired (plugin/pkg/client/auth/oidc/oidc.go)."""

_REMOVED = {
    "gcp": ("gke-gcloud-auth-plugin", "gcloud container clusters get-credentials CLUSTER"),
    "azure": ("kubelogin", "kubelogin convert-kubeconfig"),
}


class _Claims(msgspec.Struct):
    exp: float | None = None


def provider_token(provider: AuthProvider, target: Target) -> str:
    """The token to send. Raises CredentialsError for a provider that is gone, unknown, or out of date."""
    name, user = provider.name or "", target.user_name
    if name in _REMOVED:
        successor, command = _REMOVED[name]
        raise CredentialsError(
            f'user "{user}" uses the {name} auth plugin, which has been removed from Kubernetes clients',
            hint=f"use the {successor} credential plugin instead: {command}",
        )
    if name != "oidc":
        raise CredentialsError(
            f'user "{user}" uses the auth-provider "{name}", which is unknown', hint="use an exec plugin instead"
        )
    token = (provider.config or {}).get("id-token", "")
    if not token or _expired(token):
        context = f" --context {target.context}" if target.context else ""
        state = "has expired" if token else "is missing"
        raise CredentialsError(
            f'the OIDC token of user "{user}" {state}',
            hint=f"let kubectl refresh it: kubectl get --raw /version{context}; then again",
        )
    return token


def _expired(token: str) -> bool:
    """Whether a JWT is past its end; what is no JWT counts as expired, as kubectl refuses it too."""
    parts = token.split(".")
    if len(parts) != 3:
        return True
    try:
        payload = base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4))
        claims = decode_json(payload, _Claims)
    except (binascii.Error, ValueError, msgspec.MsgspecError):
        return True
    return claims.exp is None or time.time() + EXPIRY_MARGIN >= claims.exp
