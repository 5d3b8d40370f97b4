"""Brings a cluster back to its start, and to a state that controllers once made, by writing its store.

To make the reference cluster costs the control plane some 700 requests, and to take it away as many again. So the
first test that wants it has it made; then what the store holds is kept, and later tests have that written. Each
time with new uids, as objects that are made anew have: controllers remember the uids of what is gone.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping

from .reset import FIRST
from .store import PREFIX, Store
from .waiting import wait_for

UID = re.compile(rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# Written by the servers for themselves, all the time.
_THEIR_OWN = tuple(
    PREFIX + name
    for name in (
        b"leases/",
        b"masterleases/",
        b"peerserverleases/",
        b"ranges/",
        b"flowschemas/",
        b"prioritylevelconfigurations/",
        b"apiregistration.k8s.io/",
        b"services/endpoints/default/kubernetes",
        b"endpointslices/default/kubernetes",
    )
)
_EVENTS = PREFIX + b"events/"
DEFINITIONS = PREFIX + b"apiextensions.k8s.io/customresourcedefinitions/"
_ADDRESSES = PREFIX + b"ipaddresses/"
NAMESPACES = PREFIX + b"namespaces/"
# What the servers make in namespaces that are always there, some of it late.
_ACCOUNTS, _CONFIG_MAPS = PREFIX + b"serviceaccounts/", PREFIX + b"configmaps/"
_CONTROLLER_MANAGER = b"kube-controller-manager"
_THEIR_CONFIG_MAPS = (
    b"/kube-root-ca.crt",
    b"/extension-apiserver-authentication",
    b"/kube-apiserver-legacy-service-account-token-tracking",
)
GO_FIRST = tuple(PREFIX + name.encode() + b"/" for name in FIRST)
_ENOUGH = 2
"""How often in a row it is as wanted: a controller that has not yet seen a deletion makes one more pod."""
LOOK_AGAIN = 0.05
"""Seconds."""


Stored = Mapping[bytes, bytes]
"""Objects by their names in the store, as it holds them."""


class Layer:
    """The store of one cluster, and what it held at the cluster's start."""

    def __init__(self, store: Store) -> None:
        self._store = store
        entries = store.entries()
        self._start = {one.key: one.value for one in entries if not one.key.startswith(_THEIR_OWN)}
        self._revision = max(one.revision for one in entries)
        self._namespaces = tuple(
            key.rpartition(b"/")[2] + b"/" for key in self._start if key.startswith(NAMESPACES)
        )
        self._uids = {uid for value in self._start.values() for uid in UID.findall(value)}

    @property
    def store(self) -> Store:
        """The store itself."""
        return self._store

    @property
    def start(self) -> Stored:
        """What it held at the cluster's start, but for what the servers write for themselves."""
        return self._start

    @property
    def empty(self) -> bool:
        """True when the cluster is as at its start; events are overlooked."""
        return not self.changed(self._start) and self._start.keys() <= self._store.keys()

    def clear(self) -> None:
        """Make it as at its start, and wait until it stays so."""
        wait_for(
            often(lambda: not self._clear_once()),
            what="the store is as at its start",
            every=LOOK_AGAIN,
            detail=lambda: "\n".join(map(bytes.decode, self.changed(self._start, events=True))),
        )

    def made(self) -> Stored:
        """What was made since the start, apart from events."""
        return self.changed(self._start)

    def lay(self, made: Stored) -> None:
        """Write it into the empty cluster, and wait until the controllers agree with it.

        Raises DeadlineError where they made something else of it.
        """
        anew: dict[bytes, bytes] = {}

        def renamed(found: re.Match[bytes]) -> bytes:
            uid = found.group()
            return uid if uid in self._uids else anew.setdefault(uid, str(uuid.uuid4()).encode())

        objects = {key: UID.sub(renamed, value) for key, value in made.items()}
        addresses = {key: value for key, value in objects.items() if key.startswith(_ADDRESSES)}
        namespaces = {key: value for key, value in objects.items() if key.startswith(NAMESPACES)}
        self._store.put(namespaces)
        # All in one transaction: the garbage collector deletes what has no owner.
        self._store.put({key: value for key, value in objects.items() if key not in namespaces | addresses})

        def agreed() -> bool:
            now = self.made().keys()
            # The API server takes away an old address that it sees before its Service.
            self._store.put({key: value for key, value in addresses.items() if key not in now})
            return now == made.keys()

        wait_for(
            often(agreed),
            what="what was laid stays as it is",
            every=LOOK_AGAIN,
            deadline=10,
            detail=lambda: "\n".join(map(bytes.decode, self.made().keys() ^ made.keys())),
        )

    def _clear_once(self) -> bool:
        """True if there was anything to do."""
        changed = self.changed(self._start, events=True)
        added = changed.keys() - self._start.keys()
        first = {key for key in added if key.startswith(GO_FIRST)}
        self._store.delete(first)
        self._store.delete(added - first)
        back = {key for key in changed if key in self._start} | (self._start.keys() - self._store.keys())
        self._store.put({key: self._start[key] for key in back})
        return bool(added or back)

    def changed(self, before: Stored, *, since: int | None = None, events: bool = False) -> dict[bytes, bytes]:
        """What was written after a revision, by default the start's, and is not as it was before."""
        return {
            one.key: one.value
            for one in self._store.entries(since=self._revision if since is None else since)
            if not one.key.startswith(_THEIR_OWN)
            and (events or not one.key.startswith(_EVENTS))
            and not self._is_theirs(one.key, one.value)
            and before.get(one.key) != one.value
        }

    def _is_theirs(self, key: bytes, value: bytes) -> bool:
        """True for what the servers made late; what stood there from the start is put back."""
        kind = next((one for one in (_ACCOUNTS, _CONFIG_MAPS) if key.startswith(one)), None)
        if kind is None or key in self._start or not key.removeprefix(kind).startswith(self._namespaces):
            return False
        return key.endswith(_THEIR_CONFIG_MAPS) if kind == _CONFIG_MAPS else _CONTROLLER_MANAGER in value


def often(condition: Callable[[], bool]) -> Callable[[], bool]:
    """True when the condition held so often in a row that it may be taken to stay."""
    held = 0

    def holds() -> bool:
        nonlocal held
        held = held + 1 if condition() else 0
        return held == _ENOUGH

    return holds
