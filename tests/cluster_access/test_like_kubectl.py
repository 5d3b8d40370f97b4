"""The same kubeconfig and flags, given to the real kubectl and to us: the server must see the same request.

Each row is one rule about server, identity or credentials. `requests` is what both must send, so that a row
cannot pass because both fail: 1, or 0 where both refuse. Rows that name `ours` are the places where we differ
on purpose; the value says what we do instead.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import trustme

from kubectl_ddfargate.cluster import connect
from kubectl_ddfargate.errors import DdfargateError
from kubectl_ddfargate.model.connection import ConnectionFlags
from tests.cluster_access import rows_exec, rows_files, rows_identity, rows_kuberc, rows_server
from tests.cluster_access.builders import as_arguments, write
from tests.cluster_access.recording_proxy import RecordingProxy
from tests.cluster_access.recording_server import RecordingServer, Seen
from tests.cluster_access.rows import ROWS, Place

pytestmark = pytest.mark.computes

FILES = (rows_exec, rows_files, rows_identity, rows_kuberc, rows_server)
"""Importing them fills ROWS."""


@pytest.fixture
def place(  # noqa: PLR0917
    tmp_path: Path,
    home: Path,
    server: RecordingServer,
    plain_server: RecordingServer,
    proxy: RecordingProxy,
    authority: trustme.CA,
) -> Place:
    assert home == tmp_path / "home"
    return Place(tmp_path, server, plain_server, proxy, authority)


@pytest.mark.parametrize("name", ROWS)
def test_same_request_as_kubectl(name: str, place: Place, kubectl: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Server, name, certificate, Authorization and impersonation are the same, or both send nothing."""
    case = ROWS[name](place)
    for file, content in case.files.items():
        write(place.folder / file, content)
    monkeypatch.chdir(place.folder)
    for variable, value in {"KUBECONFIG": "config", **case.env}.items():
        monkeypatch.setenv(variable, value)
    flags = ConnectionFlags(**case.flags)

    theirs = _kubectl_sends(kubectl, flags, place)
    ours = _we_send(flags, place)

    if case.ours is None:
        assert ours == theirs
        assert len(theirs["requests"]) == case.requests
    else:
        assert ours != theirs, "no difference is left; drop `ours`"
        assert len(ours["requests"]) == case.requests


def _kubectl_sends(kubectl: Path, flags: ConnectionFlags, place: Place) -> dict[str, Any]:
    done = subprocess.run(
        [kubectl, "get", "--raw", "/version", *as_arguments(flags)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=60,
    )
    return _taken(place, failed=done.returncode != 0)


def _we_send(flags: ConnectionFlags, place: Place) -> dict[str, Any]:
    problem: DdfargateError | None = None
    try:
        with connect(flags) as gateway:
            gateway.get("/version", dict)
    except DdfargateError as error:
        problem = error
    assert problem is None or problem.hint, f"{problem} does not say what to do"
    return _taken(place, failed=problem is not None)


def _taken(place: Place, *, failed: bool) -> dict[str, Any]:
    """What was sent since the last call, and what plugins were told."""
    requests: list[Seen] = place.server.seen + place.plain.seen
    told = {path.name: path.read_text() for path in sorted(place.folder.rglob("*.info"))}
    ran = {path.name: path.read_text() for path in sorted(place.folder.rglob("*.runs"))}
    connects = list(place.proxy.connects)
    place.server.seen, place.plain.seen, place.proxy.connects[:] = [], [], []
    for path in (*place.folder.rglob("*.info"), *place.folder.rglob("*.runs")):
        path.unlink()
    decoded = {name: _json(text) for name, text in told.items()}
    return {"failed": failed, "requests": requests, "told": decoded, "ran": ran, "connects": connects}


def _json(text: str) -> Any:
    return json.loads(text) if text else None
