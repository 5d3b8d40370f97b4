"""Writes an answer to stdout, whoever reads it and for however long."""

from __future__ import annotations

import os
import sys


def write_text(text: str) -> None:
    """Write for people: in the encoding of the output, with `?` for what it cannot show."""
    encoding = sys.stdout.encoding or "utf-8"
    _write(text.encode(encoding, "replace"))


def write_document(text: str) -> None:
    """Write JSON or YAML: always UTF-8, as both say."""
    _write(text.encode("utf-8", "replace"))


def _write(data: bytes) -> None:
    """A reader that went away (`| head`) is no error, and does not change the exit code."""
    if sys.stdout is None:  # closed by the caller: `>&-`
        return
    stream = getattr(sys.stdout, "buffer", None)
    try:
        if stream is None:
            sys.stdout.write(data.decode("utf-8", "replace"))
        else:
            sys.stdout.flush()
            stream.write(data)
            stream.flush()
    except OSError as error:
        _forget()
        if not isinstance(error, BrokenPipeError):
            raise


def _forget() -> None:
    """Send what is still buffered nowhere, so that it does not fail again when Python ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
