"""What is compared with what: our commands, kubectl's, and curl of the same pages."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench.measure import Command, Contender
from tests.bench.plane import BenchPlane
from tests.bench.traces import list_pages, pod_pages, reads

OURS = Path(sys.executable).parent / "kubectl-ddfargate"
DOCTOR_CODES = frozenset({0, 1})
"""1 is the answer that something is wrong, and something is."""
CURL_AGENT = "bench/1"
"""A name that starts with curl makes the server indent its JSON."""


@dataclass(frozen=True)
class Place:
    """A way to one API server, for all three."""

    kubeconfig: Path
    server: str
    authority: Path
    token: str
    scratch: Path
    kubectl: Path
    curl_options: Sequence[str] = ()
    prefix: Command = ()
    """What enters another network."""
    name: str = ""

    @property
    def environment(self) -> Mapping[str, str]:
        """With this server's kubeconfig."""
        return {"KUBECONFIG": str(self.kubeconfig)}

    @property
    def trace(self) -> Path:
        """Which requests `doctor` sent last."""
        return self.scratch / f"trace{self.name}.jsonl"

    @property
    def curl_file(self) -> Path:
        """What curl is told; it holds the token."""
        return self.scratch / f"curl{self.name}.conf"


def place_of(plane: BenchPlane, scratch: Path) -> Place:
    """The API server on loopback."""
    return Place(
        kubeconfig=plane.kubeconfig,
        server=plane.server,
        authority=plane.authority.certificate,
        token=plane.tokens.admin,
        scratch=scratch,
        kubectl=plane.binaries.kubectl,
    )


def doctor(place: Place, name: str = "doctor", *, more: Sequence[str] = (), limit: float = 120) -> Contender:
    """Ours as a user runs it; it leaves a trace of its requests, by which curl knows the pages."""
    command = [*place.prefix, OURS, "doctor", "--trace-requests", place.trace, *more]
    return Contender(name, command, place.environment, limit=limit, codes=DOCTOR_CODES)


def kubectl(place: Place, name: str, *arguments: str, limit: float = 240) -> Contender:
    """kubectl, which keeps its discovery cache apart from the user's."""
    cache = f"--cache-dir={place.scratch / 'kubectl-cache'}"
    command = [*place.prefix, place.kubectl, cache, *arguments]
    return Contender(name, command, place.environment, limit=limit)


def curl_pods(place: Place, name: str = "curl, the same pages of pods", *, compressed: bool = False) -> Contender:
    """curl of the pages of pods that `doctor` has just read: one process, one connection, nothing decoded."""
    return Contender(name, lambda: _curl(place, pod_pages(place.trace), compressed=compressed), limit=120)


def curl_lists(place: Place, name: str, *, compressed: bool = False) -> Contender:
    """The same of the pages of all lists, of whatever kind."""
    return Contender(name, lambda: _curl(place, list_pages(place.trace), compressed=compressed), limit=120)


def curl_all(place: Place, name: str = "curl, all that doctor reads", *, compressed: bool = False) -> Contender:
    """The same of every GET that `doctor` has just sent."""
    return Contender(name, lambda: _curl(place, reads(place.trace), compressed=compressed), limit=120)


def _curl(place: Place, paths: Sequence[str], *, compressed: bool) -> Command:
    if not paths:
        raise RuntimeError(f"{place.trace} holds no request: doctor must run before curl")
    lines = [f'header = "Authorization: Bearer {place.token}"', f'cacert = "{place.authority}"']
    lines += [f'user-agent = "{CURL_AGENT}"', "fail", "silent", "show-error"]
    for path in paths:
        lines += [f'url = "{place.server}{path}"', 'output = "/dev/null"']
    place.curl_file.touch(mode=0o600)
    place.curl_file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    how = ["--compressed"] if compressed else []
    return [*place.prefix, "curl", "-q", "--noproxy", "*", *how, *place.curl_options, "--config", place.curl_file]
