"""The way back to what was laid, from what a test made of it: only what the test changed is written again.

A test changes some ten of the three hundred objects that stand then. Laying all of them anew costs the control
plane a second of computing, and writing these ten a tenth of one.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection, Mapping

from .laying import GO_FIRST, LOOK_AGAIN, NAMESPACES, UID, Layer, often
from .store import PREFIX
from .waiting import wait_for

_OF_ADMISSION = tuple(
    PREFIX + name
    for name in (
        b"mutatingadmissionpolicies/",
        b"mutatingadmissionpolicybindings/",
        b"validatingadmissionpolicies/",
        b"validatingadmissionpolicybindings/",
        b"mutatingwebhookconfigurations/",
        b"validatingwebhookconfigurations/",
    )
)
DEADLINE = 10.0
"""Seconds after which it is laid anew."""


class Standing:
    """What stands in a cluster now, to come back to."""

    def __init__(self, layer: Layer) -> None:
        self._layer = layer
        self._revision = layer.store.revision()
        self._wanted: dict[bytes, bytes] = {**layer.start, **layer.made()}

    def withdraw_admission(self, *, written: bool) -> bool:
        """Where anything that decides on new objects differs, take away all of it that came since the start.

        `written`: also where nothing of it differs any more. Returns whether none stands there then: the API server
        looks at its policies once a second, so who goes on must wait until none acts, then come back, and wait
        until they act.
        """
        differing = self._changed().keys() | self._gone()
        touched = {key for key in differing if key.startswith(_OF_ADMISSION)}
        wanted = {key for key in self._wanted.keys() - self._layer.start.keys() if key.startswith(_OF_ADMISSION)}
        if not touched and not written:
            return not wanted
        self._layer.store.delete((wanted | touched) - self._layer.start.keys())
        return True

    def come_back(self) -> Collection[bytes]:
        """Make it as it was, and wait until it stays so; returns the names of all that was written or taken away.

        Raises DeadlineError where the controllers make something else of it.
        """
        touched: set[bytes] = set()
        revision = self._revision

        def as_it_was() -> bool:
            nonlocal revision
            revision = self._layer.store.revision()
            now = self._put_right(events=not touched)
            touched.update(now)
            return not now

        def seen() -> str:
            return "\n".join(map(bytes.decode, self._changed().keys() | self._gone()))

        what = "what stood there stays as it was"
        wait_for(often(as_it_was), what=what, every=LOOK_AGAIN, deadline=DEADLINE, detail=seen)
        self._revision = revision
        return touched

    def _put_right(self, *, events: bool) -> set[bytes]:
        """Once; the names of what differed."""
        changed, gone = self._changed(events=events), self._gone()
        added = changed.keys() - self._wanted.keys()
        other = {key for key in changed.keys() - added if _uid(changed[key]) != _uid(self._wanted[key])}
        renamed = self._rename(gone | other)
        written = (changed.keys() - added) | gone | renamed
        first = {key for key in added if key.startswith(GO_FIRST)} | other
        if first:
            self._layer.store.delete(first)
        namespaces = {key for key in gone if key.startswith(NAMESPACES)}
        if namespaces:
            self._layer.store.put({key: self._wanted[key] for key in namespaces})
        # All in one transaction: the garbage collector deletes what has no owner, and a pod that is not seen
        # beside its ReplicaSet is made once more.
        self._layer.store.change({key: self._wanted[key] for key in written - namespaces}, added - first)
        return written | added

    def _rename(self, anew: Collection[bytes]) -> set[bytes]:
        """Give these new uids, for controllers remember those of what is gone; the names of all that hold one."""
        own = {_uid(self._wanted[key]) for key in anew if key not in self._layer.start}
        uids: Mapping[bytes, bytes] = {uid: str(uuid.uuid4()).encode() for uid in own}
        holders: set[bytes] = set()
        if not uids:
            return holders
        for key, value in self._wanted.items():
            new = UID.sub(lambda found: uids.get(found.group(), found.group()), value)
            if new != value:
                self._wanted[key] = new
                holders.add(key)
        return holders

    def _changed(self, *, events: bool = False) -> dict[bytes, bytes]:
        return self._layer.changed(self._wanted, since=self._revision, events=events)

    def _gone(self) -> set[bytes]:
        return self._wanted.keys() - self._layer.store.keys()


def _uid(stored: bytes) -> bytes:
    """An object's own. Custom resources are stored as JSON, all else as messages whose first uid is their own."""
    if stored.startswith(b"{"):
        own: str = json.loads(stored)["metadata"]["uid"]
        return own.encode()
    found = UID.search(stored)
    return found.group() if found else b""
