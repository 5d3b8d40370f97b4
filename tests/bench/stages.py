"""What is measured, stage by stage. Each function measures one thing and returns what the file of results holds."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.bench.contenders import (
    DOCTOR_CODES,
    OURS,
    Place,
    curl_all,
    curl_lists,
    curl_pods,
    doctor,
    kubectl,
)
from tests.bench.measure import Command, Contender, Measured, in_turns, run_once
from tests.bench.switches import SWITCHES
from tests.bench.targets import CURL_ALL, CURL_PODS, JSON, LINK_CURL, LINK_PAGES, NOTHING, TABLE
from tests.bench.traces import counted
from tests.bench.workloads import Size

Tell = Callable[[str], None]
Found = dict[str, Any]
MOST_PODS_AS_JSON = 20_000
"""`kubectl get -o json` of 100,000 pods needs 17 GB of memory and two minutes."""


def start(rounds: int) -> Found:
    """What costs nothing but the start of a program."""
    completion = {
        "_KUBECTL_DDFARGATE_COMPLETE": "bash_complete",
        "COMP_WORDS": "kubectl-ddfargate doc",
        "COMP_CWORD": "1",
    }
    contenders = [
        Contender(NOTHING, [sys.executable, "-c", "pass"]),
        Contender("--help", [OURS, "--help"]),
        Contender("--version", [OURS, "--version"]),
        Contender("completion of a word", [OURS], completion),
    ]
    return {"commands": as_json(in_turns(contenders, rounds, warm=True, tell=lambda _: None))}


def size(place: Place, wanted: Size, rounds: int, tell: Tell, others: Sequence[Contender] = ()) -> Found:
    """`doctor` against kubectl and curl, in turns."""
    contenders = [
        doctor(place),
        kubectl(place, TABLE, "get", "pods", "-A"),
        curl_pods(place, CURL_PODS),
        curl_all(place, CURL_ALL),
        *others,
    ]
    if wanted.pods <= MOST_PODS_AS_JSON:
        contenders.insert(1, kubectl(place, JSON, "get", "pods", "-A", "-o", "json"))
    small = wanted.pods <= MOST_PODS_AS_JSON
    # The tokens of curl's pages live for some minutes: where a round is that long, curl follows doctor in each.
    found = in_turns(contenders, rounds, warm=small, rotate=small, tell=tell)
    return {"commands": as_json(found), "requests": counted(place.trace)}


def phases(place: Place, rounds: int, tell: Tell) -> Found:
    """Where the time of `doctor` goes; the run with the median time."""
    target = place.scratch / "phases.json"
    command: Command = [
        sys.executable,
        "-m",
        "tests.bench.phases",
        target,
        "doctor",
        "--trace-requests",
        place.trace,
    ]
    runs = []
    for _ in range(rounds):
        run_once(Contender("phases", command, place.environment, limit=180))
        runs.append(json.loads(target.read_text(encoding="utf-8")))
        if runs[-1]["code"] not in DOCTOR_CODES:
            raise RuntimeError(f"doctor under the clock: exit code {runs[-1]['code']}")
    runs.sort(key=lambda one: float(one["total"]))
    found: Found = runs[len(runs) // 2]
    tell(", ".join(f"{name} {seconds:.2f} s" for name, seconds in found["phases"].items()))
    return found


def snapshot(place: Place, pods: int) -> Path:
    """Save what doctor reads."""
    path = place.scratch / f"{pods}.snapshot.gz"
    run_once(Contender("snapshot", [OURS, "snapshot", "-o", path], place.environment, limit=180))
    return path


def judging(path: Path, rounds: int, tell: Tell) -> Found:
    """Facts and checks alone, and the shares of facts and checks in them."""
    command = [sys.executable, "-m", "tests.bench.judging", str(path), str(rounds)]
    answer = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    found: Found = json.loads(answer.stdout)
    target = path.with_suffix(".shares")
    command = [sys.executable, "-m", "tests.bench.phases", str(target), "split", str(path)]
    subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    found["shares"] = json.loads(target.read_text(encoding="utf-8"))
    tell(f"facts and checks of {found['fargate_pods']:,} pods: {found['median']:.3f} s")
    return found


def offline(path: Path, rounds: int, tell: Tell) -> Found:
    """`doctor --from`, and the same with Python's own garbage collector: here that shows best."""
    switched: Command = [sys.executable, "-m", "tests.bench.switches", "collector=default"]
    contenders = [
        Contender("doctor --from", [OURS, "doctor", "--from", path], codes=DOCTOR_CODES),
        Contender(
            "the same, the garbage collector as Python has it",
            [*switched, "doctor", "--from", path],
            codes=DOCTOR_CODES,
        ),
    ]
    return {
        "commands": as_json(in_turns(contenders, rounds, warm=True, tell=tell)),
        "file_bytes": path.stat().st_size,
    }


def link(far: Place, rounds: int, tell: Tell) -> Found:
    """`doctor` over a slow link, against curl that asks for gzip and one that does not."""
    contenders = [
        doctor(far),
        curl_pods(far, LINK_CURL, compressed=True),
        curl_lists(far, LINK_PAGES, compressed=True),
        curl_all(far, "curl --compressed, all that doctor reads", compressed=True),
        curl_pods(far, "curl, the same pages of pods"),
    ]
    return {"commands": as_json(in_turns(contenders, rounds, warm=True, tell=tell))}


def switches(place: Place, rounds: int, tell: Tell, *, far: bool = False) -> Found:
    """`doctor` with each of its choices undone."""
    found: Found = {}
    for name, switch in SWITCHES.items():
        if far and not switch.over_a_link:
            continue
        contenders = [
            Contender(
                value,
                [*place.prefix, sys.executable, "-m", "tests.bench.switches", f"{name}={value}", "doctor"],
                place.environment,
                codes=DOCTOR_CODES,
            )
            for value in switch.values
        ]
        values = in_turns(contenders, rounds, warm=False, tell=lambda _: None)
        found[name] = {"title": switch.title, "values": as_json(values)}
        told = ", ".join(f"{value} {statistics.median(one.seconds):.2f} s" for value, one in values.items())
        tell(f"{switch.title}: {told}")
    return found


def as_json(found: Mapping[str, Measured]) -> Found:
    """By name."""
    return {name: one.as_json() for name, one in found.items()}
