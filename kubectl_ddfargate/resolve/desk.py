"""What is collected while a design is settled: notes for the reader, and where each value came from."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from kubectl_ddfargate.facts.index import Index, NotReadError
from kubectl_ddfargate.model.design import Origin
from kubectl_ddfargate.model.kubectl_line import kubectl_line
from kubectl_ddfargate.model.plan import Note, NoteLevel
from kubectl_ddfargate.model.settings import Given

R = TypeVar("R")

DEFAULT = "default"
GIVEN = "the settings"


class Desk:
    """The cluster's facts, what the user said, and what there is to tell about both."""

    def __init__(self, index: Index, given: Given) -> None:
        self.index = index
        self.given = given
        self.settings = given.settings
        self.notes: list[Note] = []
        self.origins: list[Origin] = []

    def block(self, text: str, *, next_step: str, commands: tuple[str, ...] = (), values: str = "") -> None:
        """Note what keeps everything from being written, and what to do about it."""
        self._note(NoteLevel.BLOCK, f"{text}\nnext: {next_step}", commands, values)

    def warn(self, text: str, *, commands: tuple[str, ...] = (), values: str = "") -> None:
        """Note what may not work."""
        self._note(NoteLevel.WARNING, text, commands, values)

    def inform(self, text: str, *, commands: tuple[str, ...] = (), values: str = "") -> None:
        """Note what the reader should know."""
        self._note(NoteLevel.INFO, text, commands, values)

    def settle(self, name: str, value: str, source: str) -> None:
        """Keep where a value came from. `source` counts only where the value was not given."""
        self.origins.append(Origin(name, value, self.given.source(name, source)))

    def ask(self, what: str, question: Callable[[], R], *, otherwise: str = "") -> R | None:
        """The answer to a question about the cluster; None, with a note, where it may not be read.

        `otherwise` is a way on without that right: `set --site`.
        """
        try:
            return question()
        except NotReadError as error:
            self.unread(what, error, otherwise=otherwise)
            return None

    def unread(self, what: str, error: NotReadError, *, otherwise: str = "") -> None:
        """Note that something could not be read, with the right that lacks."""
        way_on = f", or {otherwise}" if otherwise else ""
        self.block(f"{what} is not known: cannot {error}", next_step=f"ask for that right{way_on}")

    def kubectl(self, *words: str) -> str:
        """A kubectl command line for this cluster."""
        return kubectl_line(self.index.snapshot.kubectl_flags, *words)

    def _note(self, level: NoteLevel, text: str, commands: tuple[str, ...], values: str) -> None:
        note = Note(level=level, text=text, commands=commands, values=values)
        if note not in self.notes:
            self.notes.append(note)
