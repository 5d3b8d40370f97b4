"""Goes from size to size: fills, measures, and at the middle size looks closer. Knows how long it takes."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.bench import diffing, interrupting, stages
from tests.bench.contenders import Place, place_of
from tests.bench.filling import Filling
from tests.bench.judging import exponent
from tests.bench.link import Link
from tests.bench.others import Others
from tests.bench.plane import BenchPlane
from tests.bench.workloads import Size, size_of
from tests.cluster.binaries.build import Binaries

if TYPE_CHECKING:
    from tests.bench.run import Run

MIDDLE = 10_000
"""The size at which the link, the switches and the saved snapshot are measured."""
FILLING_RATE = 220.0
"""Pods a second, for the first estimate; later ones go by what was seen."""
LARGE = 50_000
ENOUGH_MEMORY_GIB = 15
"""What 100,000 pods take: API server 6, kubectl 6, etcd 2."""


class AtSizes:
    """The stages of one run."""

    def __init__(
        self, run: Run, programs: Binaries, scratch: Path, *, rounds: int, own_network: bool, others: Others
    ) -> None:
        self._run = run
        self._programs = programs
        self._scratch = scratch
        self._rounds = rounds
        self._own_network = own_network
        self._others = others

    def measure(self, sizes: Sequence[int]) -> None:
        """Everything, smallest size first."""
        self._keep("start", "start-up", 20, lambda: stages.start(max(self._rounds, 15)))
        self._keep("diff", "diff with nothing to do", 40, self._diff)
        plane = self._plane("plane")
        try:
            self._at_all(plane, sizes)
        finally:
            plane.stop()
        measured = self._run.results.document["sizes"]
        points = [one["judging"] for one in measured if one["pods"] >= 1_000 and "judging" in one]
        self._run.results.put("exponent", exponent(points))

    def _at_all(self, plane: BenchPlane, sizes: Sequence[int]) -> None:
        filling, place = Filling(plane, self._run.tell), place_of(plane, self._scratch)
        before, rate = 0, FILLING_RATE
        for pods in sizes:
            wanted = size_of(pods)
            name, estimate = f"filling: {before:,} → {pods:,} pods", (pods - before) / rate + 5
            seconds = self._run.stage(name, estimate, lambda wanted=wanted: _fill(filling, wanted))  # type: ignore[misc]
            if seconds is None:
                return
            if pods - before > 500:  # fewer say nothing
                rate = min(FILLING_RATE, (pods - before) / seconds)
            before = pods
            entry = {
                **vars(wanted),
                "fargate_pods": wanted.fargate_pods,
                "fill_seconds": round(seconds, 1),
                "servers_mib": plane.memory_mib(),
                "pod_bytes": _pod_bytes(plane),
            }
            self._run.results.document["sizes"].append(entry)
            self._at_size(place, wanted, entry)
            if pods == MIDDLE or (MIDDLE not in sizes and pods == sizes[-1]):
                self._look_closer(place, pods)

    def _at_size(self, place: Place, wanted: Size, entry: dict[str, Any]) -> None:
        run, pods, large = self._run, wanted.pods, wanted.pods > LARGE
        # One round takes a minute at 10,000 pods, most of it kubectl's and popeye's.
        rounds = min(self._rounds, 3) if pods >= MIDDLE else self._rounds
        # kubectl takes 1.3 ms a pod as JSON, 0.4 to 0.9 ms as a table.
        seconds = (3 + pods * (0.0012 if large else 0.0021)) * (rounds + (not large))
        guests = () if large else self._others(place)
        found = run.stage(
            f"{pods:,} pods: {rounds} rounds", seconds, lambda: stages.size(place, wanted, rounds, run.tell, guests)
        )
        entry.update(found or {})
        run.results.save()
        times = 1 if large else 3
        self._add(
            entry,
            "phases",
            f"{pods:,} pods: where the time goes",
            times * (2 + pods * 0.00015),
            lambda: stages.phases(place, times, run.tell),
        )
        path = run.stage(f"{pods:,} pods: a snapshot", 3 + pods * 0.0002, lambda: stages.snapshot(place, pods))
        if path is not None:
            self._add(
                entry,
                "judging",
                f"{pods:,} pods: facts and checks",
                5 + pods * 0.0006,
                lambda: stages.judging(path, 3 if large else 5, run.tell),
            )

    def _look_closer(self, place: Place, pods: int) -> None:
        few = min(self._rounds, 3)
        path = self._scratch / f"{pods}.snapshot.gz"
        if path.exists():
            self._keep(
                "offline",
                "doctor --from",
                15,
                lambda: {**stages.offline(path, self._rounds, self._run.tell), "pods": pods},
            )
        self._keep(
            "interrupt",
            "Ctrl-C while a large list is read",
            10,
            lambda: {**interrupting.interrupt(place, max(self._rounds, 7)), "pods": pods},
        )
        self._keep(
            "switches",
            "each choice on and off",
            few * 24 * (0.5 + pods * 0.00006),
            lambda: stages.switches(place, few, self._run.tell),
        )
        if not self._own_network:
            self._run.results.leave_out("the slow link", "it wants root, for a network of its own")
            return
        self._run.stage(
            "over a link of 40 ms and 40 MB/s",
            10 + (4 * self._rounds + 16 * few) * 1.5,
            lambda: self._over_link(place, pods, few),
        )

    def _over_link(self, place: Place, pods: int, few: int) -> None:
        with closing(Link(self._scratch)) as cable:
            far = cable.place(place)
            self._run.results.put("link", {**stages.link(far, self._rounds, self._run.tell), "pods": pods})
            self._run.results.put("switches_over_link", stages.switches(far, few, self._run.tell, far=True))

    def _diff(self) -> dict[str, Any]:
        folder = self._scratch / "diff"
        folder.mkdir()
        plane = self._plane("diff/plane")
        try:
            Filling(plane, lambda _: None).grow(size_of(200))
            diffing.take_away(plane)
            return {**diffing.diff(place_of(plane, folder), self._rounds, self._run.tell), "pods": 200}
        finally:
            plane.stop()

    def _plane(self, name: str) -> BenchPlane:
        folder = self._scratch / name
        folder.mkdir()
        return BenchPlane.start(folder, self._programs)

    def _keep(self, key: str, name: str, estimate: float, do: Callable[[], Any]) -> None:
        self._add(self._run.results.document, key, name, estimate, do)

    def _add(self, entry: dict[str, Any], key: str, name: str, estimate: float, do: Callable[[], Any]) -> None:
        found = self._run.stage(name, estimate, do)
        if found is not None:
            entry[key] = found
        self._run.results.save()


def _fill(filling: Filling, wanted: Size) -> float:
    total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1024**3
    if wanted.pods > LARGE and total < ENOUGH_MEMORY_GIB:
        raise RuntimeError(f"{wanted.pods:,} pods want {ENOUGH_MEMORY_GIB} GiB; this machine has {total:.0f}")
    return filling.grow(wanted)


def _pod_bytes(plane: BenchPlane) -> int:
    """The mean size of a pod as the server sends it: compact JSON, managedFields included."""
    text = plane.api().text("/api/v1/pods?limit=300")
    return len(text) // max(1, len(json.loads(text)["items"]))
