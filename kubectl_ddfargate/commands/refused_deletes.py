"""What the server says to the deletes of an uninstall, before any is made: `uninstall --dry-run server`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kubectl_ddfargate.cluster.objects import Objects
from kubectl_ddfargate.commands.owned import Owned
from kubectl_ddfargate.errors import ApiError
from kubectl_ddfargate.model.plan import Note, NoteLevel
from kubectl_ddfargate.model.secret_words import clean_message


def refused_deletes(objects: Objects, owned: Iterable[Owned]) -> Iterator[Note]:
    """A note for each object that the server, or admission, would not let go. Nothing is deleted."""
    for one in owned:
        if not one.goes:
            continue
        try:
            objects.delete(one.ref, uid=one.uid, dry_run=True)
        except ApiError as error:
            text = f"the server refuses to delete {one.ref.address}: {clean_message(error.message)}"
            next_step = "have whoever made that rule let it go, then run the same command again"
            yield Note(level=NoteLevel.BLOCK, text=f"{text}\nnext: {next_step}")
