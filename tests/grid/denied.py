"""A Snapshot as it would be had the caller not the right to read one kind."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from kubectl_ddfargate.commands.read_rights import BY_NAME
from kubectl_ddfargate.model.kinds import KINDS, Kind
from kubectl_ddfargate.model.snapshot import Snapshot, Unread

FORBIDDEN = "forbidden"


def without(snapshot: Snapshot, plural: str) -> Snapshot:
    """The Snapshot without all that is served as this plural, and with the refusals in its place.

    What was read of other kinds because of it stays: where that makes a difference, a live run tells (`make grid`).
    """
    denied = [kind for kind in KINDS if kind.plural == plural]
    keys = {kind.key for kind in denied}
    return msgspec.structs.replace(
        snapshot,
        objects={key: items for key, items in snapshot.objects.items() if key not in keys},
        missing=[entry for entry in snapshot.missing if entry.resource != plural],
        unread=[*snapshot.unread, *(refusal for kind in denied for refusal in _refusals(snapshot, kind))],
    )


def _refusals(snapshot: Snapshot, kind: Kind) -> Iterator[Unread]:
    """One for a list; for what is read by name, one for each name."""
    if kind.optional and not snapshot.as_served(kind):
        return  # nobody asks for it
    if kind not in BY_NAME:
        yield Unread(resource=kind.plural, key=kind.selection, verb="list", reason=FORBIDDEN)
        return
    names = {(item.namespace, item.name) for item in snapshot.objects.get(kind.key, ())}
    if not kind.selection:
        names |= {(one.namespace, one.name) for one in snapshot.missing if one.resource == kind.plural}
    for namespace, name in sorted(names):
        yield Unread(
            resource=kind.plural, key=kind.selection, verb="get", namespace=namespace, name=name, reason=FORBIDDEN
        )
