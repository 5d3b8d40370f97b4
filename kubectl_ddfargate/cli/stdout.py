"""Writes an answer to stdout, whoever reads it and for however long."""

from __future__ import annotations

import os
import sys
from typing import TextIO

from kubectl_ddfargate.errors import DdfargateError


class OutputError(DdfargateError):
    """The answer cannot be written."""


def open_what_is_closed() -> None:
    """Where the caller closed stdout or stderr (`>&-`), what is written there goes nowhere."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123  until the end


def write_text(text: str) -> None:
    """Write for people: in the encoding of the output, with `?` for what it cannot show."""
    encoding = sys.stdout.encoding or "utf-8"
    _write(text.encode(encoding, "replace"))


def write_document(text: str) -> None:
    """Write JSON or YAML: always UTF-8, as both say."""
    _write(text.encode("utf-8", "replace"))


def _write(data: bytes) -> None:
    """A reader that went away (`| head`) is no error, and does not change the exit code."""
    stream = getattr(sys.stdout, "buffer", None)
    try:
        if stream is None:
            sys.stdout.write(data.decode("utf-8", "replace"))
        else:
            sys.stdout.flush()
            stream.write(data)
            stream.flush()
    except OSError as error:
        forget(sys.stdout)
        if not isinstance(error, BrokenPipeError):
            raise OutputError(
                f"the answer cannot be written to stdout: {error.strerror or error}",
                hint="make room there, then again",
            ) from error


def forget(stream: TextIO) -> None:
    """Send what is still buffered nowhere, so that it does not fail again when Python ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
