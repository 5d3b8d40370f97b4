"""Requests are O(kinds + pages + namespaces): more pods mean more pages, and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from tests.bench.contenders import DOCTOR_CODES, OURS, Place
from tests.bench.filling import Filling
from tests.bench.traces import requests, sort_of
from tests.bench.workloads import Size

RBAC = "/apis/rbac.authorization.k8s.io/v1"
FEW, MANY = Size(pods=20, workloads=4, namespaces=4), Size(pods=200, workloads=4, namespaces=4)


def test_no_request_for_a_pod(filling: Filling, place: Place) -> None:
    filling.grow(FEW)
    few = sent(place, OURS)
    filling.add_pods(MANY)
    many = sent(place, OURS)
    assert many == few, "the same workloads, ten times the pods"
    assert not {sort for sort in many if sort.startswith("pods by name")}
    in_pages = sent(place, sys.executable, "-m", "tests.bench.switches", "limit=25")
    assert not many - in_pages
    # 60 pods on Fargate: three pages of 25 instead of one. Of other lists those of RBAC alone are longer than that.
    assert (in_pages - many)["pages of pods"] == 2
    assert further_pages(place) == {"/api/v1/pods", f"{RBAC}/clusterroles", f"{RBAC}/clusterrolebindings"}


def sent(place: Place, *program: str | Path) -> Counter[str]:
    """The requests of one `doctor`, by sort."""
    answer = subprocess.run(
        [*program, "doctor", "--trace-requests", place.trace],
        env={**os.environ, **place.environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert answer.returncode in DOCTOR_CODES, answer.stderr
    return Counter(sort_of(one["verb"], one["path"]) for one in requests(place.trace))


def further_pages(place: Place) -> set[str]:
    """The lists of which the last `doctor` read more than one page."""
    urls = [urlsplit(one["path"]) for one in requests(place.trace)]
    return {url.path for url in urls if "continue" in parse_qs(url.query)}
