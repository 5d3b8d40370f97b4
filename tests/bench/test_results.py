"""From figures to verdicts, exponents and the plot's digest."""

from __future__ import annotations

import copy
import subprocess
import sys
from typing import Any

import pytest

from tests.bench.judging import exponent
from tests.bench.measure import Contender, in_turns, run_once
from tests.bench.plotted import digest
from tests.bench.targets import JSON, TABLE, verdicts
from tests.bench.traces import sort_of
from tests.bench.workloads import Size, deployment_of, size_of, workloads_between


def command(median: float, peak: float = 50) -> dict[str, Any]:
    return {
        "median": median,
        "spread": 0.0,
        "peak_mib": peak,
        "cpu_seconds": median,
        "seconds": [median],
        "codes": [0],
    }


def document(doctor: float, peak: float = 50) -> dict[str, Any]:
    commands = {"doctor": command(doctor, peak), JSON: command(10), TABLE: command(3)}
    return {"sizes": [{"pods": 10_000, "commands": commands}], "left_out": []}


@pytest.mark.parametrize(
    ("doctor", "peak", "met"),
    [(0.6, 100, [True, True, True]), (0.72, 100, [False, True, True]), (0.8, 111, [False, False, False])],
)
def test_verdicts(doctor: float, peak: float, met: list[bool]) -> None:
    found = [one.met for one in verdicts(document(doctor, peak)) if "3,000 of them" in one.what]
    assert found == met


@pytest.mark.parametrize(("slowest", "met"), [(0.19, True), (0.21, False)])
def test_each_ctrl_c_counts(slowest: float, met: bool) -> None:
    seconds = [0.02, 0.02, slowest]
    found = {"pods": 10_000, "median": 0.02, "slowest": slowest, "seconds": seconds}
    judged = verdicts({"sizes": [], "left_out": [], "interrupt": found})
    (verdict,) = (one for one in judged if "Ctrl-C" in one.what)
    assert verdict.met is met


def test_what_was_not_measured_is_not_met() -> None:
    found = verdicts({"sizes": [], "left_out": []})
    assert {one.met for one in found} == {None}


@pytest.mark.parametrize("power", [1.0, 2.0])
def test_exponent(power: float) -> None:
    points = [{"fargate_pods": pods, "median": 1e-6 * pods**power} for pods in (300, 3_000, 30_000)]
    assert exponent(points) == pytest.approx(power, abs=0.01)


def test_the_digest_is_of_what_is_plotted() -> None:
    before = document(0.6)
    after = copy.deepcopy(before)
    after["sizes"][0]["commands"]["doctor"]["peak_mib"] = 51
    assert digest(before) != digest(after)
    assert digest(before) == digest({**before, "date": "another"})


@pytest.mark.parametrize(
    ("verb", "path", "sort"),
    [
        ("GET", "/api/v1/pods?limit=500&labelSelector=eks.amazonaws.com%2Ffargate-profile", "pages of pods"),
        ("GET", "/api/v1/pods?labelSelector=agent.datadoghq.com%2Fcomponent%3Dx", "lists of the whole cluster"),
        ("GET", "/api/v1/namespaces/shop/pods/web-1", "pods by name"),
        ("GET", "/apis/apps/v1/namespaces/shop/deployments?limit=500", "lists of one namespace"),
        ("GET", "/apis", "version and discovery"),
        ("POST", "/api/v1/namespaces/shop/pods?dryRun=All", "dry-runs of pods"),
        ("POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", "access reviews"),
    ],
)
def test_sorts_of_requests(verb: str, path: str, sort: str) -> None:
    assert sort_of(verb, path) == sort


@pytest.mark.parametrize("pods", [200, 1_000, 10_000, 100_000])
def test_sizes(pods: int) -> None:
    size = size_of(pods)
    workloads = list(workloads_between(None, size))
    assert sum(one.replicas for one in workloads) == pods
    assert sum(one.replicas for one in workloads if one.on_fargate) == pods * 3 // 10
    assert max(one.replicas for one in workloads) < 256, "addresses of pods are made for so many"


def test_no_workload_clones_another() -> None:
    templates = [str(deployment_of(one)["spec"]["template"]) for one in workloads_between(None, Size(600, 60, 20))]
    assert len(set(templates)) == len(templates)


def test_time_memory_and_exit_code_are_those_of_the_program() -> None:
    script = "import time; time.sleep(0.2); b = bytearray(80_000_000); b[:] = bytes([1]) * 80_000_000; exit(3)"
    sample = run_once(Contender("x", [sys.executable, "-c", script], codes=frozenset({3})))
    assert sample.code == 3
    assert sample.seconds >= 0.2
    assert 150 < sample.peak_mib < 250


def test_a_program_that_takes_too_long_is_ended() -> None:
    sample = run_once(Contender("x", [sys.executable, "-c", "import time; time.sleep(60)"], limit=0.3))
    assert sample.code == -1


def test_one_that_fails_is_an_error_unless_it_is_a_guest() -> None:
    failing = [sys.executable, "-c", "raise SystemExit(7)"]
    with pytest.raises(RuntimeError, match="exit code 7"):
        run_once(Contender("x", failing))
    told: list[str] = []
    guest = Contender("guest", failing, optional=True)
    found = in_turns([Contender("x", [sys.executable, "-c", ""]), guest], 2, warm=False, tell=told.append)
    assert list(found) == ["x"]
    assert len(found["x"].samples) == 2


def test_the_launcher_is_small() -> None:
    """What starts a program counts towards the program's peak until it is running."""
    size = "import resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    answer = subprocess.run([sys.executable, "-I", "-S", "-c", size], capture_output=True, text=True, check=True)
    sample = run_once(Contender("x", ["true"]))
    assert sample.peak_mib * 1024 < int(answer.stdout) + 4096
