"""A control plane for benchmarks: etcd and API server alone, large enough for 100,000 pods.

No controller manager runs: what controllers would make is made by `filling`, and nothing fights it.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path

from tests.cluster.binaries.build import Binaries
from tests.cluster.control_plane import ControlPlane
from tests.cluster.fargate.server import FARGATE_PATH, Server
from tests.cluster.fargate.state import State

_CLONE_NEWNET = 0x40000000
_MORE: dict[str, Sequence[str]] = {
    # Its default is 2 GiB; 100,000 pods with their history take more.
    "etcd": ["--quota-backend-bytes=8589934592"],
    # On every address, for the shaped link. No audit log: it would hold a line for each of 200,000 writes.
    "kube-apiserver": ["--bind-address=0.0.0.0", "--audit-log-path="],
}


class BenchPlane(ControlPlane):
    """etcd, kube-apiserver, and Fargate's webhook. Ends with this process."""

    @classmethod
    def start(cls, folder: Path, binaries: Binaries, *, detached: bool = False) -> BenchPlane:
        """Start it in the empty `folder`; returns when it serves."""
        plane = cls(folder, binaries, detached=detached)
        try:
            plane._start_etcd_and_api_server()
            plane._serve_webhooks()
        except BaseException:
            plane.stop()
            raise
        return plane

    def _start(self, name: str, command: Sequence[str | Path]) -> None:
        # Of a flag that stands twice the last one counts.
        super()._start(name, [*command, *_MORE.get(name, ())])

    def _serve_webhooks(self) -> None:
        """Fargate's admission alone, without its scheduler and kubelets, which would move 100,000 pods on."""
        self.fargate_folder.mkdir()
        serving = self.authority.server("fargate", ["127.0.0.1"])
        self.state = State(self.fargate_folder)
        server = Server(self.state, serving.certificate, serving.key)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.webhook_url = f"https://127.0.0.1:{server.server_address[1]}{FARGATE_PATH}"

    def memory_mib(self) -> dict[str, int]:
        """What the programs hold now, by name."""
        return {name: _resident_mib(pid) for name, pid in self.process_ids().items()}


def _resident_mib(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) // 1024
    return 0


def enter_own_network() -> bool:
    """Move this process, and all that it will start, into a network of its own; False where that is not allowed.

    Then a link can be shaped without touching the machine's own. Call it before any thread is started.
    """
    library = ctypes.CDLL(None, use_errno=True)
    if os.geteuid() != 0 or library.unshare(_CLONE_NEWNET) != 0:
        return False
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    return True
