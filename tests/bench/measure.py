"""Measures programs: each as a process of its own, several in turns, so that what slows one slows all."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.cluster import processes

LAUNCHER = Path(__file__).parent / "launch.py"
Command = Sequence[str | Path]


@dataclass(frozen=True)
class Sample:
    """One run of one program."""

    seconds: float
    peak_mib: float
    """Largest resident memory."""
    cpu_seconds: float
    code: int
    """-1: it took longer than it was allowed."""


@dataclass
class Measured:
    """All runs of one program."""

    samples: list[Sample] = field(default_factory=list)

    @property
    def seconds(self) -> list[float]:
        """Times of the runs that ended."""
        return [one.seconds for one in self.samples if one.code != -1]

    def as_json(self) -> dict[str, object]:
        """For the file of results."""
        times, peaks = self.seconds, [one.peak_mib for one in self.samples]
        summary = {"median": _round(statistics.median(times)), "spread": _round(max(times) - min(times))}
        return {
            **(summary if times else {"median": None, "spread": None}),
            "peak_mib": _round(max(peaks)),
            "cpu_seconds": _round(statistics.median([one.cpu_seconds for one in self.samples])),
            "seconds": [_round(one) for one in times],
            "codes": sorted({one.code for one in self.samples}),
        }


def _round(value: float) -> float:
    return round(value, 4)


@dataclass(frozen=True)
class Contender:
    """One program of a comparison. A function where what it is told depends on who ran before it."""

    name: str
    command: Command | Callable[[], Command]
    environment: Mapping[str, str] = field(default_factory=dict)
    limit: float = 120.0
    """Seconds; a program that takes longer is ended, and runs no more."""
    codes: frozenset[int] = frozenset({0})
    """Exit codes that mean that it did its work."""
    optional: bool = False
    """Where it fails, the others are measured all the same."""


def run_once(contender: Contender) -> Sample:
    """One run, its output thrown away. Raises RuntimeError where it fails."""
    command = contender.command() if callable(contender.command) else contender.command
    reading, writing = os.pipe()
    launcher = subprocess.Popen(
        [sys.executable, "-I", "-S", str(LAUNCHER), str(writing), str(contender.limit), *map(str, command)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={**os.environ, **contender.environment},
        pass_fds=[writing],
        preexec_fn=processes._die_with_parent,  # noqa: PLW1509 - it takes no lock
    )
    os.close(writing)
    with os.fdopen(reading, encoding="ascii") as answer:
        _, errors = launcher.communicate()
        found = json.loads(answer.read())
    sample = Sample(found["seconds"], found["peak_kib"] / 1024, found["cpu"], found["code"])
    if sample.code not in {*contender.codes, -1}:
        raise RuntimeError(f"{contender.name}: exit code {sample.code}\n{errors.decode(errors='replace')[-1500:]}")
    return sample


def in_turns(
    contenders: Sequence[Contender], rounds: int, *, warm: bool, rotate: bool = True, tell: Callable[[str], None]
) -> dict[str, Measured]:
    """`rounds` runs of each, one after the other; `warm`: one round before that is not counted.

    `rotate`: each round begins with another one.
    """
    found = {one.name: Measured() for one in contenders}
    late: set[str] = set()
    for number in range(-1 if warm else 0, rounds):
        first = max(number, 0) % len(contenders) if rotate else 0
        for one in (*contenders[first:], *contenders[:first]):
            if one.name in late:
                continue
            try:
                sample = run_once(one)
            except RuntimeError as error:
                if not one.optional:
                    raise
                tell(f"left out: {error}")
                late.add(one.name)
                found.pop(one.name)
                continue
            if sample.code == -1:
                late.add(one.name)
                found[one.name].samples = [sample]
            elif number >= 0:
                found[one.name].samples.append(sample)
        if number >= 0:
            told = ", ".join(f"{name} {m.seconds[-1]:.3g} s" for name, m in found.items() if m.seconds)
            tell(f"round {number + 1} of {rounds}: {told}")
    return found
