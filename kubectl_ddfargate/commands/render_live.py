"""`render --discover`: a Design from settings and what a cluster shows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from kubectl_ddfargate.cluster import connect
from kubectl_ddfargate.commands.preparing import read
from kubectl_ddfargate.errors import DdfargateError, ExitCode
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.model.connection import ConnectionFlags
from kubectl_ddfargate.model.design import Design
from kubectl_ddfargate.model.plan import NoteLevel
from kubectl_ddfargate.model.settings import Given
from kubectl_ddfargate.resolve import resolve

Tell = Callable[[str], None]


class NotSettledError(DdfargateError):
    """Something keeps the values from being settled."""

    exit_code = ExitCode.BAD


def design_from_cluster(
    flags: ConnectionFlags,
    given: Given,
    *,
    trace: Path | None,
    kubectl_flags: str,
    progress: Tell,
    warn: Tell,
) -> Design:
    """Read the cluster and settle every value. Raises NotSettledError with all that is in the way."""
    with connect(flags, trace=trace, warn=warn) as gateway:
        index = Index(read(gateway, given, progress, kubectl_flags=kubectl_flags))
    resolved = resolve(index, given)
    stops = [note.text for note in resolved.notes if note.level is NoteLevel.BLOCK]
    if resolved.design is None or stops:
        raise NotSettledError("; ".join(stops) or "nothing to render", hint="see: kubectl ddfargate diff -o text")
    for note in resolved.notes:
        if note.level is NoteLevel.WARNING:
            warn(note.text)
    return resolved.design
