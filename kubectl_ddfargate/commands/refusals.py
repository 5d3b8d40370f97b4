"""What a writing command makes of a refusal: the server was asked, and the answer is no. That is exit code 1."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from kubectl_ddfargate.errors import ApiError, DdfargateError, ExitCode
from kubectl_ddfargate.model.plan import Note, NoteLevel
from kubectl_ddfargate.model.secret_words import clean_message

_TOO_MANY = 429


class RefusedError(DdfargateError):
    """The server refused something that the command cannot do without."""

    exit_code = ExitCode.BAD


def is_refusal(error: ApiError) -> bool:
    """Whether asking again changes nothing. A server that is overloaded or broken cannot be asked: exit code 2."""
    return 400 <= error.status < 500 and error.status != _TOO_MANY


def refused_note(error: ApiError) -> Note:
    """The note that keeps a plan from being carried out."""
    way_on = f"\nnext: {error.hint}" if error.hint else ""
    return Note(level=NoteLevel.BLOCK, text=f"the server refuses: {clean_message(error.message)}{way_on}")


@contextmanager
def refusals_are_bad() -> Iterator[None]:
    """Around all that a writing command does once it is connected: a refusal then ends it with exit code 1."""
    try:
        yield
    except ApiError as error:
        if not is_refusal(error):
            raise
        raise RefusedError(clean_message(error.message), hint=error.hint) from error
