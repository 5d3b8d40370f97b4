"""`diff` with nothing to do asks the server for what decides that, and for nothing else."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.cluster.cluster import Cluster
from tests.cluster.reference import COMMON_LABEL, TARGETS
from tests.doctor.running import ddfargate
from tests.install.reference import bare, install

GROUP_VERSION = "/apis/apps/v1".count("/")


def test_what_nobody_else_can_inject_into_is_proved_once_for_all(cluster: Cluster, tmp_path: Path) -> None:
    bare(cluster)
    assert install(cluster, "--restart").code == 0
    sent = posted_by_diff(cluster, tmp_path)
    assert sum(map(is_dry_run, sent)) == 1
    # RBAC gives the agents all that they need, and there are more of them than it takes for two lists to pay.
    assert not [path for path in sent if path.endswith("/subjectaccessreviews")]

    # A webhook's doing is written nowhere: each workload that it looks at must be tried.
    helper = {"name": "helper", "image": "registry.example/helper:1"}
    cluster.stand_in_webhook("somebodys", container=helper, label_sets=[COMMON_LABEL])
    assert sum(map(is_dry_run, posted_by_diff(cluster, tmp_path))) == len(TARGETS)


def test_nothing_is_asked_for_again(cluster: Cluster, tmp_path: Path) -> None:
    bare(cluster)
    assert install(cluster, "--restart").code == 0
    posted_by_diff(cluster, tmp_path)
    got = Counter(path.partition("?")[0] for verb, path in _sent(tmp_path / "trace") if verb == "GET")
    # Templates are in the lists, and so are the kinds of our objects in the discovery that reading begins with.
    assert not [path for path in got if "/deployments/" in path]
    assert not [path for path in got if path.startswith("/apis/") and path.count("/") == GROUP_VERSION]
    # Of several bindings of ours one list; each copy of a Secret is of the same two, which are read once.
    assert not [path for path in got if "/clusterrolebindings/" in path]
    assert len([path for path in got if "/secrets/" in path]) > len(TARGETS)
    assert {path: times for path, times in got.items() if "/secrets/" in path and times > 2} == {}


def is_dry_run(path: str) -> bool:
    """Whether it is of a pod."""
    return path.partition("?")[0].endswith("/pods")


def posted_by_diff(cluster: Cluster, folder: Path) -> list[str]:
    """The paths of what a diff sends, which finds nothing to do."""
    trace = folder / "trace"
    run = ddfargate("diff", "--trace-requests", str(trace), kubeconfig=cluster.kubeconfig)
    assert run.code == 0, run.out + run.err
    return [path for verb, path in _sent(trace) if verb == "POST"]


def _sent(trace: Path) -> Iterator[tuple[str, str]]:
    for line in trace.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        yield entry["verb"], entry["path"]
