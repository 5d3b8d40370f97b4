"""Counts what `doctor` does on a fixed input: requests, bytes, objects, calls. Never time.

`python -m tests.bench guard` prints the counts, `… --record` makes them the measure (`guard.json`).
"""

from __future__ import annotations

import contextlib
import gc
import io
import json
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any, TypeVar

from kubectl_ddfargate.cli.output import presentation
from kubectl_ddfargate.commands.assemble import Run
from kubectl_ddfargate.commands.doctor import DoctorOptions, judge, read_cluster
from kubectl_ddfargate.model.connection import ConnectionFlags
from kubectl_ddfargate.render.formats import renderer
from tests.bench.canned import Canned, serve
from tests.bench.traces import counted
from tests.bench.workloads import Size
from tests.cluster_access.builders import document, write
from tests.cluster_access.recording_server import RecordingServer

RECORDED = Path(__file__).with_name("guard.json")
GROWTH = 1.10
"""How much more of anything is too much."""
INPUT = Size(pods=2_000, workloads=60, namespaces=20)
_SERVERS_THREAD = "process_request_thread"
T = TypeVar("T")


def count() -> dict[str, int]:
    """What one run of `doctor` does: the same on every machine, a few calls of reading aside."""
    canned = _canned()
    server = RecordingServer(None)
    try:
        serve(canned, server)
        with tempfile.TemporaryDirectory() as folder:
            return _count(canned, server, Path(folder))
    finally:
        server.stop()


@cache
def _canned() -> Canned:
    """Made once: it is most of the work."""
    return Canned(INPUT)


def _count(canned: Canned, server: RecordingServer, folder: Path) -> dict[str, int]:
    config = write(folder / "config", document(server.url, user={"token": "t"}))
    trace, options = folder / "trace", DoctorOptions()
    flags = ConnectionFlags(kubeconfig=str(config), context="main")

    def read(trace: Path | None) -> Any:
        return read_cluster(flags, options, trace=trace, progress=None, warn=lambda _: None)[0]

    read(None)  # modules are loaded and decoders made once, before anything is counted
    canned.given = 0
    calls_of_reading, snapshot = calls(lambda: read(trace))
    run = Run(started_at=snapshot.taken_at, started=0.0, requests=0)
    judge(snapshot, options, run)
    calls_of_judging, report = calls(lambda: judge(snapshot, options, run))
    with contextlib.redirect_stdout(io.StringIO()):
        how = presentation(color="never", show="problems", scope="", connection="")
    renderer("text")(report, how)
    calls_of_rendering, _ = calls(lambda: renderer("text")(report, how))
    sent = counted(trace)
    return {
        "requests": sent["count"],
        "bytes read": sent["bytes"],
        "objects decoded": canned.given,
        "calls of reading": calls_of_reading,
        "calls of facts and checks": calls_of_judging,
        "calls of rendering": calls_of_rendering,
    }


def calls(do: Callable[[], T]) -> tuple[int, T]:
    """How many functions are called, Python's and C's, in this thread and in those that it starts."""
    with _counting() as counts:
        found = do()
    return sum(counts), found


@contextmanager
def _counting() -> Iterator[list[int]]:
    counts: list[int] = []
    mine = threading.local()

    def seen(frame: FrameType, event: str, argument: Any) -> None:
        if event not in ("call", "c_call"):
            return
        place = getattr(mine, "place", None)
        if place is None:
            if _SERVERS_THREAD in threading.current_thread().name:
                sys.setprofile(None)
                return
            place = mine.place = len(counts)
            counts.append(0)
        counts[place] += 1

    gc.collect()
    gc.disable()  # finalizers of what was before would be counted
    threading.setprofile(seen)
    sys.setprofile(seen)
    try:
        yield counts
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
        gc.enable()


def grown(counts: Mapping[str, int], recorded: Mapping[str, int]) -> list[str]:
    """What has grown too much, in words; also what was never recorded."""
    return [
        f"{name}: {value:,} instead of {recorded[name]:,}"
        if name in recorded
        else f"{name}: {value:,}, not recorded"
        for name, value in counts.items()
        if name not in recorded or value > recorded[name] * GROWTH
    ]


def recorded() -> dict[str, int]:
    """The measure."""
    found: dict[str, int] = json.loads(RECORDED.read_text(encoding="utf-8"))
    return found


def print_counts(*, record: bool) -> int:
    """Print them beside the measure; exit code 1 where something has grown too much."""
    counts = count()
    before = recorded() if RECORDED.exists() else {}
    for name, value in counts.items():
        print(f"{name:28} {value:12,}   recorded {before.get(name, 0):12,}")
    if record:
        RECORDED.write_text(json.dumps(counts, indent=1) + "\n", encoding="utf-8")
        return 0
    return 1 if grown(counts, before) else 0
