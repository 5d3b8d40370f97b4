"""`diff` with nothing to do, against `kubectl diff` of the same manifests, on a small cluster of its own.

All that an install makes is ours there. Of the Secrets among it no file may tell, so
`diff` alone compares these.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from typing import Any

from tests.bench.contenders import OURS, Place, kubectl
from tests.bench.measure import Contender, in_turns
from tests.bench.plane import BenchPlane
from tests.bench.stages import as_json
from tests.cluster.agent import SECRET
from tests.cluster.objects import ObjectsOfCluster

COMPARED = "kubectl diff of the rendered manifests"


def take_away(plane: BenchPlane) -> None:
    """What others made of that which an install makes, so that it makes it itself."""
    objects = ObjectsOfCluster(plane)
    for one in objects.items("Secret", fieldSelector=f"metadata.name={SECRET}"):
        if one["metadata"]["namespace"] != "datadog":  # the one that all others are copies of
            objects.delete("Secret", SECRET, one["metadata"]["namespace"])
    for one in objects.items("ClusterRoleBinding"):
        if one["metadata"]["name"].startswith("datadog-agent-fargate"):
            objects.delete("ClusterRoleBinding", one["metadata"]["name"])
    for one in objects.items("Service", "datadog"):
        if one["metadata"]["name"].startswith("self-managed-"):
            objects.delete("Service", one["metadata"]["name"], "datadog")


def diff(place: Place, rounds: int, tell: Callable[[str], None]) -> dict[str, Any]:
    """Install, until nothing is left to do; then compare."""
    _ours(place, "install", "--yes", "--replace-existing", codes=(0, 1, 3))
    rendered = place.scratch / "rendered.yaml"
    rendered.write_text(_ours(place, "render", "--discover", codes=(0,)), encoding="utf-8")
    # Fields that a person changed stay theirs; what kubectl would change by their being absent is no difference.
    contenders = [
        Contender("diff", [OURS, "diff"], place.environment),
        kubectl(place, COMPARED, "diff", "--server-side", "--field-manager=kubectl-ddfargate", "-f", str(rendered)),
    ]
    commands = as_json(in_turns(contenders, rounds, warm=True, tell=tell))
    return {"commands": commands, "objects": rendered.read_text(encoding="utf-8").count("\nkind: ")}


def _ours(place: Place, *arguments: str, codes: tuple[int, ...]) -> str:
    answer = subprocess.run(
        [OURS, *arguments],
        env={**os.environ, **place.environment},
        cwd=place.scratch,  # the file of what is replaced goes there
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    if answer.returncode not in codes:
        raise RuntimeError(f"{' '.join(arguments)}: exit code {answer.returncode}\n{answer.stderr[-2000:]}")
    return answer.stdout
