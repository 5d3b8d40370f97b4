"""What the first firing case of each check looks like to doctor: Snapshots, recorded from the real API server.

`make grid-record` writes them anew, all in one process: the hashes of Secret values are comparable only then.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec

from kubectl_ddfargate.commands.doctor import read_cluster
from kubectl_ddfargate.model.connection import ConnectionFlags
from kubectl_ddfargate.model.snapshot import Snapshot
from kubectl_ddfargate.snapshot_file import load, save
from tests.checks.case import CASES, Case
from tests.checks.case import load as load_case

FOLDER = Path(__file__).parent / "snapshots"
HEALTHY = FOLDER / "healthy.gz"


@cache
def first_cases() -> dict[str, Case]:
    """Check → its first case that fires."""
    found = (min(folder.glob("fires*.yaml")) for folder in sorted(CASES.iterdir()))
    return {path.parent.name: load_case(path) for path in found}


def file_of(check: str) -> Path:
    """Where the Snapshot of a check's case stands."""
    return FOLDER / f"{check}.gz"


@cache
def recorded(check: str) -> Snapshot:
    """The Snapshot of a check's first firing case."""
    return load(file_of(check))


@cache
def healthy() -> Snapshot:
    """The reference from which most cases start, unchanged."""
    return load(HEALTHY)


def look(case: Case, kubeconfig: Path) -> Snapshot:
    """What doctor reads of a cluster that was built for a case."""
    flags = ConnectionFlags(kubeconfig=str(kubeconfig))
    snapshot, _ = read_cluster(flags, case.options, trace=None, progress=None, warn=lambda _: None)
    return case.pretended(snapshot) if "pretend" in case.content else snapshot


def write(snapshot: Snapshot, path: Path) -> None:
    """Keep a Snapshot without the address of the server that it came from, which differs each time."""
    FOLDER.mkdir(exist_ok=True)
    save(msgspec.structs.replace(snapshot, server="https://192.0.2.1:6443"), path)
