"""One proof of who we are: a header, a client certificate, or both. Never shown, never compared by value."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from kubectl_ddfargate.errors import CredentialsError


@dataclass(frozen=True, eq=False)
class Identity:
    """Compared by object: a renewed identity is another one even if its text is the same."""

    authorization: str | None = field(default=None, repr=False)
    """Value of the Authorization header, in the characters that http.client sends."""
    certificate: bytes | None = field(default=None, repr=False)
    """Client certificates, PEM."""
    key: bytes | None = field(default=None, repr=False)
    """Their key, PEM."""

    def with_authorization(self, value: str) -> Identity:
        """The same certificate with another header."""
        return replace(self, authorization=value)


def bearer(token: str, user_name: str) -> str:
    """The header's value. Raises CredentialsError for a token that no header can hold.

    http.client would raise too, and its message would show the token.
    """
    if not token.isprintable() or not token.isascii():
        raise CredentialsError(
            f'the token of user "{user_name}" holds characters that no token has (a line break?)',
            hint="get a new token",
        )
    return f"Bearer {token}"
