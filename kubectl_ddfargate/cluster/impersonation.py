"""Whom to impersonate, and the headers that say so. Decides nothing about credentials."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from kubectl_ddfargate.cluster.kubeconfig_entries import User
from kubectl_ddfargate.errors import KubeconfigError

_TOKEN_CHARACTERS = frozenset(b"!#$&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")


class Impersonation(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody else's identity; its names are no secrets."""

    user: str
    uid: str = ""
    groups: tuple[str, ...] = ()
    extra: tuple[tuple[str, str], ...] = ()

    def headers(self) -> Iterator[tuple[str, str]]:
        """Header lines, repeated for each group and extra (client-go transport/round_trippers.go)."""
        yield "Impersonate-User", self.user
        if self.uid:
            yield "Impersonate-Uid", self.uid
        for group in self.groups:
            yield "Impersonate-Group", group
        for key, value in self.extra:
            yield f"Impersonate-Extra-{escape_key(key)}", value


def escape_key(key: str) -> str:
    """A key as part of a header's name: what a name may not hold, and `%`, is percent-encoded."""
    return "".join(chr(b) if b in _TOKEN_CHARACTERS else f"%{b:02X}" for b in key.encode())


def impersonation_of(user: User) -> Impersonation | None:
    """Whom this user entry impersonates, None for nobody. It holds over plain http too, as in kubectl.

    Raises KubeconfigError for a name that no header can hold.
    """
    if not user.as_:
        return None
    extras = [value for values in (user.as_user_extra or {}).values() for value in values]
    for value in (user.as_, user.as_uid or "", *(user.as_groups or ()), *extras):
        if any(ord(character) < 32 or ord(character) == 127 for character in value):
            raise KubeconfigError(
                "a name to impersonate holds a line break or another control character",
                hint="correct --as, --as-group and the user entry of the kubeconfig",
            )
    return Impersonation(
        user=user.as_,
        uid=user.as_uid or "",
        groups=tuple(user.as_groups or ()),
        extra=tuple((key, value) for key, values in (user.as_user_extra or {}).items() for value in values),
    )
