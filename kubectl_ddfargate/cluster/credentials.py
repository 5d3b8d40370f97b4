"""What proves who we are, and where it comes from. A source that is configured and fails raises; it never
answers with nothing, so that no request leaves without the credentials that were asked for.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from kubectl_ddfargate.cluster.identity import Identity, bearer
from kubectl_ddfargate.cluster.kubeconfig import show_path
from kubectl_ddfargate.cluster.legacy_providers import provider_token
from kubectl_ddfargate.cluster.plugin_policy import load_policy
from kubectl_ddfargate.cluster.target import Target, decode_data
from kubectl_ddfargate.errors import CredentialsError
from kubectl_ddfargate.model.connection import ConnectionFlags

TOKEN_FILE_PERIOD = 60.0
"""Seconds after which a token file is read again (client-go transport/token_source.go)."""


class Source(Protocol):
    """Where an identity comes from. Safe to use from several threads."""

    def current(self) -> Identity:
        """The identity for the next request. Raises CredentialsError."""
        ...

    def renew(self, refused: Identity) -> bool:
        """After a 401: whether there is now another identity that is worth a second try."""
        ...

    def accepted(self, identity: Identity) -> None:
        """Told that the server knew this identity."""
        ...


@dataclass(frozen=True)
class FixedSource:
    """Credentials that do not change."""

    identity: Identity

    def current(self) -> Identity:
        """Always the same."""
        return self.identity

    def renew(self, refused: Identity) -> bool:  # noqa: ARG002
        """There is no other."""
        return False

    def accepted(self, identity: Identity) -> None:
        """Nothing follows."""


@dataclass
class TokenFileSource:
    """A token in a file that somebody else keeps fresh. The file wins over a token beside it."""

    path: Path
    user_name: str
    beside: Identity
    """Client certificate, and the token that holds where the file cannot be read."""
    now: Callable[[], float] = time.monotonic
    _cached: Identity | None = field(default=None, repr=False)
    _read_at: float = 0.0

    def current(self) -> Identity:
        """The file's token, read again when it is a minute old; the last good one if that fails."""
        if self._cached is None or self.now() - self._read_at >= TOKEN_FILE_PERIOD:
            try:
                token = self.path.read_text(encoding="utf-8").strip()
            except (OSError, ValueError) as error:
                token, reason = "", getattr(error, "strerror", None) or "it is not text"
            else:
                reason = "it is empty"
            if token:
                self._cached = self.beside.with_authorization(bearer(token, self.user_name))
            elif self._cached is None and not self.beside.authorization:
                raise CredentialsError(
                    f'the token file {show_path(self.path)} of user "{self.user_name}" cannot be used: {reason}',
                    hint="check users[].user.tokenFile in the kubeconfig",
                )
            self._read_at = self.now()
        return self._cached or self.beside

    def renew(self, refused: Identity) -> bool:
        """Read the file again: it may hold another token by now."""
        self._read_at = self.now() - TOKEN_FILE_PERIOD
        return self.current().authorization != refused.authorization

    def accepted(self, identity: Identity) -> None:
        """Nothing follows."""


def source_of(target: Target, flags: ConnectionFlags, *, warn: Callable[[str], None]) -> Source:
    """The source of the chosen user's credentials, in kubectl's order of preference.

    Token, token file and basic authentication keep exec plugins and auth-providers from being used; a client
    certificate keeps exec plugins from it (plugin/pkg/client/auth/exec/exec.go UpdateTransportConfig).
    Raises CredentialsError for files that cannot be read, KubeconfigError for a broken kuberc.
    """
    user, name = target.user, target.user_name
    policy = load_policy(flags.kuberc, warn=warn)  # broken ones are told even where no plugin runs, as kubectl
    identity = _certificate(target)
    if user.token:
        identity = identity.with_authorization(bearer(user.token, name))
    if user.token_file:
        source = TokenFileSource(Path(user.token_file), name, identity)
        source.current()
        return source
    if user.username or user.password:
        pair = f"{user.username or ''}:{user.password or ''}".encode()
        identity = identity.with_authorization(f"Basic {base64.b64encode(pair).decode()}")
    if identity.authorization:
        return FixedSource(identity)
    if user.auth_provider is not None:
        return FixedSource(identity.with_authorization(bearer(provider_token(user.auth_provider, target), name)))
    if user.exec is not None and identity.certificate is None:
        from kubectl_ddfargate.cluster.exec_plugin import exec_command
        from kubectl_ddfargate.cluster.exec_source import ExecSource

        return ExecSource(exec_command(user.exec, target), policy)
    return FixedSource(identity)


def _certificate(target: Target) -> Identity:
    """The client certificate of the user entry, read now."""
    user, name = target.user, target.user_name
    certificate = _pem(user.client_certificate_data, user.client_certificate, "client certificate", name)
    if certificate is None:
        return Identity()
    return Identity(certificate=certificate, key=_pem(user.client_key_data, user.client_key, "client key", name))


def _pem(data: str | None, path: str | None, what: str, user_name: str) -> bytes | None:
    if data:
        return decode_data(data, f'the {what} data of user "{user_name}"')
    if not path:
        return None
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise CredentialsError(
            f'the {what} {show_path(Path(path))} of user "{user_name}" cannot be read: {error.strerror}',
            hint="check the user entry of the kubeconfig, or the flag",
        ) from error
