"""`snapshot`: what doctor reads, saved for somebody else or for later."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec

from kubectl_ddfargate.commands.doctor import DoctorOptions, read_cluster
from kubectl_ddfargate.model.connection import ConnectionFlags
from kubectl_ddfargate.model.kinds import PODS
from kubectl_ddfargate.model.report import UnreadPart
from kubectl_ddfargate.snapshot_file import save


class SnapshotResult(msgspec.Struct, frozen=True, kw_only=True):
    """What was saved."""

    path: Path
    pods: int
    objects: int
    bytes: int
    """Size of the file."""
    unread: tuple[UnreadPart, ...]


def take_snapshot(
    flags: ConnectionFlags,
    options: DoctorOptions,
    output: Path,
    *,
    trace: Path | None = None,
    progress: Callable[[str], None] | None = None,
    warn: Callable[[str], None] = lambda text: None,  # noqa: ARG005
) -> SnapshotResult:
    """Read a cluster into a file. Raises DdfargateError; a file is written whole or not at all."""
    snapshot, _ = read_cluster(flags, options, trace=trace, progress=progress, warn=warn)
    size = save(snapshot, output)
    return SnapshotResult(
        path=output,
        pods=len(snapshot.objects.get(PODS.key, ())),
        objects=sum(len(items) for items in snapshot.objects.values()),
        bytes=size,
        unread=tuple(
            UnreadPart(resource=entry.resource, namespace=entry.namespace, verb=entry.verb, reason=entry.reason)
            for entry in snapshot.unread
        ),
    )
