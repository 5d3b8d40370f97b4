"""Reads what a credential plugin printed. Runs nothing; no error shows any of the answer.

client-go plugin/pkg/client/auth/exec/exec.go refreshCredsLocked; pkg/apis/clientauthentication/v1/types.go.
"""

from __future__ import annotations

import re
from datetime import datetime, timezone

import msgspec

from kubectl_ddfargate.cluster.decoders import decode_json
from kubectl_ddfargate.cluster.identity import Identity, bearer
from kubectl_ddfargate.errors import CredentialsError


class _Status(msgspec.Struct, rename="camel"):
    token: str | None = None
    client_certificate_data: str | None = None
    client_key_data: str | None = None
    expiration_timestamp: str | None = None


class _Answer(msgspec.Struct, rename="camel"):
    kind: str | None = None
    api_version: str | None = None
    status: _Status | None = None


def read_answer(stdout: bytes, *, title: str, api_version: str, user_name: str) -> tuple[Identity, float | None]:
    """The identity, and when it ends (seconds since 1970, None for never). Raises CredentialsError."""
    try:
        answer = decode_json(stdout, _Answer)
    except msgspec.MsgspecError:
        raise _bad(title, "is no ExecCredential in JSON") from None
    if answer.kind != "ExecCredential" or answer.api_version != api_version:
        raise _bad(title, f"is of {answer.api_version}; {api_version} was asked for")
    status = answer.status
    if status is None:
        raise _bad(title, "has no status")
    if not status.token and not status.client_certificate_data and not status.client_key_data:
        raise _bad(title, "has neither a token nor a certificate with key")
    if bool(status.client_certificate_data) != bool(status.client_key_data):
        raise _bad(title, "has only one of certificate and key")
    identity = Identity(
        authorization=bearer(status.token, user_name) if status.token else None,
        certificate=status.client_certificate_data.encode() if status.client_certificate_data else None,
        key=status.client_key_data.encode() if status.client_key_data else None,
    )
    return identity, _seconds(title, status.expiration_timestamp)


def _seconds(title: str, text: str | None) -> float | None:
    if not text:
        return None
    try:
        # Python 3.10 reads no "Z" and not every fraction
        moment = datetime.fromisoformat(re.sub(r"\.\d+", "", text).replace("Z", "+00:00"))
    except ValueError:
        raise _bad(title, "has an expirationTimestamp that is no RFC 3339 time") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp()


def _bad(title: str, problem: str) -> CredentialsError:
    return CredentialsError(
        f"the answer of {title} {problem}", hint="run the plugin by hand and look at what it prints"
    )
