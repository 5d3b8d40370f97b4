"""A cluster that stays: the story's second stage in the background, to try the tool on by hand.

There is one per user, in the user's cache folder; it survives the terminal and ends with `down` or a reboot.
`TESTCLUSTER_PLAYGROUND` names another folder: so the tests have one of their own.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

from .agent import DNS_URL, agent
from .binaries.build import binaries, say
from .binaries.programs import cache_folder
from .cluster import Cluster
from .control_plane import ControlPlane
from .processes import command_line, end_by_id
from .reference import COMMON_LABEL, build
from .story import POLICY

LEFT_OUT = "metrics-server"


def folder() -> Path:
    """Where the playground keeps everything."""
    other = os.environ.get("TESTCLUSTER_PLAYGROUND")
    return Path(other) if other else cache_folder() / "playground"


def up() -> str:
    """Start it with the story in it, from the beginning where one runs; returns what to type next."""
    programs = binaries()
    if running():
        say("ending the playground that runs: this one begins from the start")
    down()
    folder().mkdir(parents=True, mode=0o700)
    say("starting etcd, API server, controller manager, simulated Fargate")
    plane = ControlPlane.start(folder(), programs, detached=True)
    try:
        _remember(plane.process_ids())
        say("building the story, stage 2: agents with a DNS name everywhere,")
        say(f"but none in {LEFT_OUT}")
        _build(Cluster(plane))
    except BaseException:
        plane.stop()
        raise
    _link_programs(programs.kubectl)
    return next_steps()


def _build(cluster: Cluster) -> None:
    """The story with a native policy in the place of Kyverno's: nothing must run beside the cluster for it,
    and `install` can replace it.
    """
    left_out = f'object.metadata.?labels[?"app.kubernetes.io/name"].orValue("") != "{LEFT_OUT}"'
    build(
        cluster,
        installed_by="operator",
        fixed_address=None,
        inject=lambda: cluster.injector_policy(
            POLICY,
            # The image without a tag: so it stood in the story's policy.
            container=agent(url=DNS_URL, credentials="secret", image="datadog/agent"),
            labels=COMMON_LABEL,
            match_conditions=[{"name": "not-metrics-server", "expression": left_out}],
        ),
    )


def down() -> str:
    """End it; returns what was done."""
    ended = [name for name, pid in _process_ids().items() if end_by_id(pid, str(folder()))]
    shutil.rmtree(folder(), ignore_errors=True)
    lines = [f"ended {', '.join(ended)}" if ended else "no playground was running"]
    if str(folder()) in os.environ.get("KUBECONFIG", ""):
        lines.append("KUBECONFIG still names it in this shell; for your own again: unset KUBECONFIG")
    if str(folder() / "bin") in os.environ.get("PATH", "").split(os.pathsep):
        lines.append("PATH still names it; where kubectl is not found now: hash -r, or open a new shell")
    return "\n".join(lines)


def status() -> str:
    """What runs, and what to type."""
    if not running():
        return "no playground is running: python -m tests.cluster up"
    lines = [f"{name:24} pid {pid}" for name, pid in _process_ids().items()]
    return "\n".join([*lines, "", next_steps()])


def running() -> bool:
    """True when all of its programs run."""
    pids = _process_ids()
    return bool(pids) and all(str(folder()) in command_line(pid) for pid in pids.values())


def next_steps() -> str:
    """Commands that can be pasted."""
    return "\n".join(
        (
            f"export KUBECONFIG={folder() / 'admin.kubeconfig'}",
            "# kubectl, and this tool as its plugin:",
            f"export PATH={folder() / 'bin'}:$PATH",
            "kubectl get pods -A",
            "# finds what keeps the agents from their cluster agent:",
            "kubectl ddfargate doctor",
            "# ends it; another `make playground` begins from the start:",
            "make playground-down",
        )
    )


def _link_programs(kubectl: Path) -> None:
    """One folder for PATH: kubectl, and the tool of the environment that started the playground."""
    (folder() / "bin").mkdir(exist_ok=True)
    ours = Path(sys.executable).parent
    for program in (kubectl, ours / "kubectl-ddfargate", ours / "kubectl_complete-ddfargate"):
        if program.exists():
            (folder() / "bin" / program.name).symlink_to(program)


def _remember(pids: dict[str, int]) -> None:
    (folder() / "processes.json").write_text(json.dumps(pids), encoding="utf-8")


def _process_ids() -> dict[str, int]:
    try:
        pids: dict[str, int] = json.loads((folder() / "processes.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return pids
