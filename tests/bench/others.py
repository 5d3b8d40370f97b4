"""Other diagnosers of clusters, for comparison: popeye, built from its Go module where that works."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.bench.contenders import Place
from tests.bench.measure import Command, Contender
from tests.cluster.binaries.programs import cache_folder
from tests.cluster.binaries.toolchain import BuildImpossibleError, find_go

MODULE = Path(__file__).with_name("popeye")
PACKAGE = "github.com/derailed/popeye"
BUILD_SECONDS = 400
Others = Callable[[Place], Sequence[Contender]]


def other_diagnosers() -> Others:
    """What makes the contenders for a server; none where popeye cannot be built, which is told."""
    program = _popeye()
    if program is None:
        return lambda place: ()

    def contenders(place: Place) -> Sequence[Contender]:
        command: Command = [program, "--kubeconfig", place.kubeconfig, "-A", "-s", "pods", "--force-exit-zero"]
        environment = {**place.environment, "POPEYE_REPORT_DIR": str(place.scratch)}
        return [Contender("popeye -A -s pods", command, environment, limit=60, optional=True)]

    return contenders


def _popeye() -> Path | None:
    folder = cache_folder() / "bench"
    program = folder / "popeye"
    if program.exists():
        return program
    try:
        go = find_go(cache_folder(), _say)
    except BuildImpossibleError as error:
        _say(f"no popeye: {error}")
        return None
    _say("building popeye (once, some minutes)")
    environment = {**os.environ, "GOTOOLCHAIN": "auto", "CGO_ENABLED": "0", "GOWORK": "off"}
    folder.mkdir(parents=True, exist_ok=True)
    half = folder / "popeye.half"
    try:
        subprocess.run(
            [go, "build", "-mod=readonly", "-trimpath", "-buildvcs=false", "-o", half, PACKAGE],
            env=environment,
            cwd=MODULE,
            check=True,
            capture_output=True,
            text=True,
            timeout=BUILD_SECONDS,
        )
    except subprocess.CalledProcessError as error:
        _say(f"no popeye: {error.stderr.strip()[-500:]}")
        return None
    except subprocess.TimeoutExpired:
        _say(f"no popeye: not built in {BUILD_SECONDS} s")
        return None
    half.replace(program)
    return program


def _say(line: str) -> None:
    print(f"bench: {line}", file=sys.stderr, flush=True)
