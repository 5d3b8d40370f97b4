"""The whole run: fills a cluster step by step, measures at each size, writes the results and the page.

Bounded in time: what no longer fits is left out and said. All that it starts ends with it, whatever ends it.
"""

from __future__ import annotations

import compileall
import os
import shutil
import signal
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import kubectl_ddfargate
from tests.bench.at_sizes import AtSizes
from tests.bench.others import Others, other_diagnosers
from tests.bench.plane import enter_own_network
from tests.bench.report import write_report
from tests.bench.results import FULL, SHORT, Results
from tests.bench.targets import FULL_ALONE, verdicts
from tests.cluster.binaries.build import binaries

SHORT_RUN, FULL_RUN = (200, 1_000, 10_000), (200, 1_000, 10_000, 100_000)
SHORT_MINUTES, FULL_MINUTES = 12.0, 50.0
ROUNDS = 5
SCRATCH = "/var/tmp"
"""On a disk: in a file system of memory, the data of etcd would take what 100,000 pods need."""
T = TypeVar("T")


class Run:
    """One run with its clock."""

    def __init__(self, results: Results, minutes: float) -> None:
        self.results = results
        self._started = time.monotonic()
        self._seconds = minutes * 60

    def tell(self, text: str) -> None:
        """A line of progress with the time that has passed."""
        passed = int(time.monotonic() - self._started)
        print(f"[{passed // 60:2}:{passed % 60:02}] {text}", file=sys.stderr, flush=True)

    def stage(self, name: str, estimate: float, do: Callable[[], T]) -> T | None:
        """Do one stage if there is time for it. One that fails is told, and the run goes on; None then."""
        left = self._seconds - (time.monotonic() - self._started)
        if estimate > left:
            why = f"it would take {estimate:.0f} s, and {max(0, left):.0f} s were left"
            self.tell(f"{name}: left out, {why}")
            self.results.leave_out(name, why)
            return None
        self.tell(f"{name} (about {estimate:.0f} s of {left:.0f} s that are left)")
        try:
            return do()
        except Exception as error:  # noqa: BLE001 - the other stages are worth their results
            self.tell(f"{name}: FAILED: {error}")
            self.results.leave_out(name, f"failed: {str(error).splitlines()[0] if str(error) else repr(error)}")
            return None


def run(
    *,
    full: bool,
    pods: Sequence[int] | None,
    minutes: float | None,
    rounds: int | None,
    output: Path | None,
    others: bool,
) -> int:
    """Measure; exit code 1 where a target is missed, 2 where something could not be measured."""
    programs = binaries()
    # As pip leaves it: a machine that tells Python to write no bytecode would have it compiled at each start.
    compileall.compile_dir(Path(kubectl_ddfargate.__file__).parent, quiet=1)
    guests: Others = other_diagnosers() if others else lambda place: ()
    # Before any thread is started, and after all that needs the machine's network.
    own_network = enter_own_network()
    signal.signal(signal.SIGTERM, _leave)
    results = Results(output or (FULL if full else SHORT), full=full)
    results.document["compiled"] = True
    results.document["installed"] = _is_installed()
    running = Run(results, minutes or (FULL_MINUTES if full else SHORT_MINUTES))
    scratch = Path(tempfile.mkdtemp(prefix="ddfargate-bench-", dir=os.environ.get("TMPDIR", SCRATCH)))
    try:
        sizes = tuple(pods or (FULL_RUN if full else SHORT_RUN))
        stages = AtSizes(
            running, programs, scratch, rounds=rounds or ROUNDS, own_network=own_network, others=guests
        )
        stages.measure(sizes)
    finally:
        results.save()
        shutil.rmtree(scratch, ignore_errors=True)
    results.put("targets", [vars(one) for one in verdicts(results.document)])
    running.tell(f"results: {results.finish()}")
    if output is None:
        write_report(None)
    return _tell_verdicts(results)


def _is_installed() -> bool:
    """Whether what is measured is a copy that pip installed, not the sources by an editable install."""
    return Path(sysconfig.get_path("purelib"), kubectl_ddfargate.__name__).is_dir()


def _leave(*_: object) -> None:
    raise SystemExit(143)


def _tell_verdicts(results: Results) -> int:
    found = verdicts(results.document)
    for one in found:
        mark = {True: "met   ", False: "MISSED", None: "?     "}[one.met]
        print(f"{mark}  {one.what}: {one.found}   (target {one.target})")
    for left in results.document["left_out"]:
        print(f"left out: {left['what']}: {left['why']}")
    unknown = any(one.met is None and one.found != FULL_ALONE for one in found)
    return 1 if any(one.met is False for one in found) else 2 if unknown else 0
