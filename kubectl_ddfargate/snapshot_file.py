"""Saves a Snapshot to one file and reads it back: gzip, JSON, with the version of the format in front."""

from __future__ import annotations

import gzip
import os
import tempfile
import zlib
from pathlib import Path

import msgspec

from kubectl_ddfargate.errors import SnapshotFileError
from kubectl_ddfargate.model.snapshot import FORMAT, Snapshot, decode_snapshot

KIND = "ddfargate snapshot"
MOST_BYTES = 2 * 1024**3
"""Unpacked. A file that unpacks to more is no snapshot but an attack or a mistake."""


class _Envelope(msgspec.Struct):
    kind: str = ""
    format: int = 0
    snapshot: msgspec.Raw = msgspec.Raw(b"{}")


def save(snapshot: Snapshot, path: Path) -> int:
    """Write the file whole or not at all, readable by the user alone. Returns its size in bytes.

    Raises SnapshotFileError where it cannot be written.
    """
    body = msgspec.json.encode(
        {"kind": KIND, "format": FORMAT, "snapshot": msgspec.Raw(msgspec.json.encode(snapshot))}
    )
    packed = gzip.compress(body, 6, mtime=0)
    try:
        if path.exists() and not path.is_file():  # a device or a pipe: written to, never replaced by a file
            path.write_bytes(packed)
        else:
            _put(packed, path)
    except OSError as error:
        raise SnapshotFileError(
            f"cannot write {path}: {error.strerror or error}", hint="choose another place with -o FILE"
        ) from error
    return len(packed)


def _put(packed: bytes, path: Path) -> None:
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(packed)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def load(path: Path) -> Snapshot:
    """Read a file. Raises SnapshotFileError that says what is wrong with it."""
    hint = "make one with: kubectl ddfargate snapshot -o FILE"
    try:
        with gzip.open(path, "rb") as file:
            body = file.read(MOST_BYTES + 1)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise SnapshotFileError(f"{path} is no snapshot, or only a part of one", hint=hint) from error
    except OSError as error:
        raise SnapshotFileError(f"cannot read {path}: {error.strerror or error}", hint=hint) from error
    if len(body) > MOST_BYTES:
        raise SnapshotFileError(f"{path} unpacks to more than {MOST_BYTES} bytes", hint=hint)
    try:
        envelope = msgspec.json.decode(body, type=_Envelope)
        if envelope.kind != KIND:
            raise SnapshotFileError(f"{path} is no snapshot of kubectl ddfargate", hint=hint)
        if envelope.format != FORMAT:
            raise SnapshotFileError(
                f"{path} has format {envelope.format}; this version reads format {FORMAT}",
                hint="read it with the version that wrote it, or make a new one",
            )
        return decode_snapshot(envelope.snapshot)
    except msgspec.DecodeError as error:
        # The decoder names the place in the document, never the value.
        raise SnapshotFileError(f"{path} does not hold what a snapshot holds: {error}", hint=hint) from error
