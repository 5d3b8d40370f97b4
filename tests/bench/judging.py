"""Facts and checks alone, in this process: how long they take on a saved snapshot, and how that grows with pods."""

from __future__ import annotations

import gc
import json
import math
import statistics
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from kubectl_ddfargate.commands.assemble import Run
from kubectl_ddfargate.commands.doctor import DoctorOptions, judge
from kubectl_ddfargate.model.kinds import PODS
from kubectl_ddfargate.model.report import Report
from kubectl_ddfargate.model.snapshot import Snapshot
from kubectl_ddfargate.snapshot_file import load


def loaded(path: Path) -> Snapshot:
    """A saved snapshot."""
    return load(path)


def judged(snapshot: Snapshot) -> Report:
    """The report on it: every fact and every check."""
    return judge(snapshot, DoctorOptions(), Run(started_at=snapshot.taken_at, started=time.monotonic(), requests=0))


def time_judging(path: Path, rounds: int) -> dict[str, object]:
    """Pods that were judged, and the seconds of each round."""
    snapshot = loaded(path)
    judged(snapshot)
    # As the command does: what was read is not looked through again and again.
    gc.freeze()
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        judged(snapshot)
        times.append(time.perf_counter() - started)
        gc.collect()
    gc.unfreeze()
    pods = len(snapshot.objects.get(PODS.key, ()))
    return {
        "fargate_pods": pods,
        "seconds": [round(one, 5) for one in times],
        "median": round(statistics.median(times), 5),
    }


def exponent(points: Sequence[Mapping[str, float]]) -> float | None:
    """The power of the pods with which the time grows, by least squares over logarithms; 1 is linear."""
    if len(points) < 2:
        return None
    x = [math.log(one["fargate_pods"]) for one in points]
    y = [math.log(one["median"]) for one in points]
    return round(statistics.linear_regression(x, y).slope, 3)


if __name__ == "__main__":
    print(json.dumps(time_judging(Path(sys.argv[1]), int(sys.argv[2]))))
