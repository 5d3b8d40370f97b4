"""What the tool has promised, and whether a run keeps it. Pure functions of a file of results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tests.bench.results import Document

JSON, TABLE = "kubectl get pods -A -o json", "kubectl get pods -A"
CURL_PODS = "curl, the same pages of pods"
CURL_ALL = "curl, all that doctor reads"
NOTHING = "python -c pass"
LINK_CURL = "curl --compressed, the same pages of pods"
LINK_PAGES = "curl --compressed, the same pages of all lists"


@dataclass(frozen=True)
class Verdict:
    """One target. `met` None: it was not measured."""

    what: str
    target: str
    found: str
    met: bool | None


FULL_ALONE = "measured by `make bench-full` alone"


def verdicts(document: Document) -> list[Verdict]:
    """Every target, in the order of the page."""
    found = _verdicts(document)
    if document.get("full", True):
        return found
    return [replace(one, found=FULL_ALONE) if one.met is None and "100,000" in one.what else one for one in found]


def _verdicts(document: Document) -> list[Verdict]:
    return [
        *_start(document.get("start")),
        *_small(_size(document, 200)),
        *_large(_size(document, 10_000)),
        *_largest(_size(document, 100_000)),
        *_after_reading(document),
        *_link(_at_middle(document.get("link"))),
        _diff(document.get("diff")),
        _offline(_at_middle(document.get("offline"))),
        _interrupt(_at_middle(document.get("interrupt"))),
    ]


def _size(document: Document, pods: int) -> Mapping[str, Any] | None:
    return next((one for one in document["sizes"] if one["pods"] == pods and "commands" in one), None)


def _at_middle(found: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """What was measured at the size that the target speaks of."""
    return found if found and found["pods"] == 10_000 else None


def _start(found: Mapping[str, Any] | None) -> Iterator[Verdict]:
    for name in ("--help", "--version", "completion of a word"):
        yield _ratio(found, name, f"`{name}`", ((NOTHING, 5.0),))


def _small(found: Mapping[str, Any] | None) -> Iterator[Verdict]:
    what, target = "`doctor`, 200 pods", f"≤ 1.0 × `{JSON}` + 0.35 s"
    ours, theirs = _median(found, "doctor"), _median(found, JSON)
    if ours is None or theirs is None:
        yield Verdict(what, target, "not measured", None)
    else:
        yield Verdict(what, target, f"{ours:.2f} s against {theirs:.2f} s", ours <= theirs + 0.35)


def _large(found: Mapping[str, Any] | None) -> Iterator[Verdict]:
    what = "`doctor`, 10,000 pods, 3,000 of them on Fargate"
    yield _ratio(found, "doctor", what, ((JSON, 0.07),))
    yield _ratio(found, "doctor", what, ((TABLE, 0.25),))
    yield _peak(found, what, 110)


def _largest(found: Mapping[str, Any] | None) -> Iterator[Verdict]:
    what = "`doctor`, 100,000 pods, 30,000 of them on Fargate in 1,000 workloads"
    yield _ratio(found, "doctor", what, ((TABLE, 0.13),))
    yield _ratio(found, "doctor", what, ((CURL_PODS, 1.3),))
    yield _peak(found, what, 150)


def _after_reading(document: Document) -> Iterator[Verdict]:
    for one in document["sizes"]:
        phases = one.get("phases", {}).get("phases", {})
        if one["pods"] >= 10_000 and "reading, wall" in phases and "facts and checks" in phases:
            share = phases["facts and checks"] / phases["reading, wall"]
            what = f"facts and checks after the reading, {one['pods']:,} pods"
            yield Verdict(what, "≤ 0.5 × the reading", f"{share:.2f} ×", share <= 0.5)
    power = document.get("exponent")
    found = "not measured" if power is None else f"grows with the power {power:.2f} of the pods"
    yield Verdict("the same, from 1,000 pods on", "linear", found, None if power is None else power <= 1.1)


def _link(found: Mapping[str, Any] | None) -> Iterator[Verdict]:
    what = "`doctor` over a link of 40 ms and 40 MB/s, 10,000 pods"
    yield _ratio(found, "doctor", what, ((LINK_PAGES, 1.3),))
    yield _ratio(found, "doctor", what, ((LINK_CURL, 1.3),))


def _diff(found: Mapping[str, Any] | None) -> Verdict:
    return _ratio(found, "diff", "`diff` with nothing to do", (("kubectl diff of the rendered manifests", 1.5),))


def _offline(found: Mapping[str, Any] | None) -> Verdict:
    what, target = "`doctor --from`, a snapshot of 10,000 pods", "≤ 1.0 s"
    ours = _median(found, "doctor --from")
    return Verdict(what, target, _told(ours), None if ours is None else ours <= 1.0)


def _interrupt(found: Mapping[str, Any] | None) -> Verdict:
    what, target = "Ctrl-C while 10,000 pods are read, until `doctor` has ended", "≤ 200 ms"
    if not found:
        return Verdict(what, target, "not measured", None)
    told = (
        f"{found['median'] * 1000:.0f} ms, the slowest of {len(found['seconds'])} {found['slowest'] * 1000:.0f} ms"
    )
    return Verdict(what, target, told, bool(found["slowest"] <= 0.2))


def _ratio(
    found: Mapping[str, Any] | None, ours: str, what: str, against: tuple[tuple[str, float], ...]
) -> Verdict:
    ((name, most),) = against
    one, other = _median(found, ours), _median(found, name)
    target = f"≤ {most:g} × `{name}`"
    if one is None or other is None:
        return Verdict(what, target, "not measured", None)
    return Verdict(what, target, f"{one / other:.3g} × ({_told(one)} against {_told(other)})", one / other <= most)


def _peak(found: Mapping[str, Any] | None, what: str, most: int) -> Verdict:
    peak = found["commands"]["doctor"]["peak_mib"] if found and "doctor" in found["commands"] else None
    met = None if peak is None else peak <= most
    return Verdict(what, f"≤ {most} MiB", "not measured" if peak is None else f"{peak:.0f} MiB", met)


def _median(found: Mapping[str, Any] | None, name: str) -> float | None:
    value: float | None = found["commands"].get(name, {}).get("median") if found else None
    return value


def _told(seconds: float | None) -> str:
    if seconds is None:
        return "not measured"
    return f"{seconds * 1000:.0f} ms" if seconds < 0.1 else f"{seconds:.2f} s"
