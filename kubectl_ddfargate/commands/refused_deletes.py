"""What the server says to the writes of an uninstall, before any is made: `uninstall --dry-run server`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from kubectl_ddfargate.cluster.objects import Objects
from kubectl_ddfargate.commands.closing import Closing
from kubectl_ddfargate.commands.owned import Owned
from kubectl_ddfargate.errors import ApiError
from kubectl_ddfargate.model.plan import Note, NoteLevel
from kubectl_ddfargate.model.secret_words import clean_message


def refused_writes(objects: Objects, owned: Iterable[Owned], closing: Closing | None) -> Iterator[Note]:
    """A note for each object that the server, or admission, would not let go or put back. Nothing is written."""
    for one in owned:
        verb = "delete" if one.goes else "put back"
        yield from _refused(lambda one=one: one.try_release(objects), f"{verb} {one.ref.address}")  # type: ignore[misc]
    if closing is not None:
        asked = closing
        yield from _refused(lambda: asked.apply(objects, dry_run=True), f"change {closing.ref.address}")


def _refused(ask: Callable[[], None], what: str) -> Iterator[Note]:
    try:
        ask()
    except ApiError as error:
        text = f"the server refuses to {what}: {clean_message(error.message)}"
        next_step = "have whoever made that rule let it go, then run the same command again"
        yield Note(level=NoteLevel.BLOCK, text=f"{text}\nnext: {next_step}")
