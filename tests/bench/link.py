"""A slow link to the API server: two networks, joined by a cable that delays and limits what goes through it.

Both networks belong to this process alone (`plane.enter_own_network`), so nothing of the machine is touched.
"""

from __future__ import annotations

import fcntl
import os
import struct
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import yaml

from tests.bench.contenders import Place
from tests.cluster import processes
from tests.cluster.waiting import wait_for

ROUND_TRIP_MS = 40
MEGABYTES_PER_SECOND = 40
_NEAR, _FAR = "10.203.0.1", "10.203.0.2"
_SERVED_NAME = "localhost"
# linux/if_tun.h
_TUNSETIFF, _IFF_TUN, _IFF_NO_PI = 0x400454CA, 0x0001, 0x1000


class Link:
    """The far end, and the cable to it. Ends with this process, or by `close`."""

    def __init__(self, scratch: Path) -> None:
        self._running = [processes.start(["unshare", "--net", "sleep", "infinity"], log=scratch / "link.log")]
        try:
            self._lay(scratch)
        except BaseException:
            self.close()
            raise

    def _lay(self, scratch: Path) -> None:
        wait_for(lambda: _network_of(self._running[0].pid) != _network_of("self"), what="the second network")
        ends = [_device("near"), _device("far")]
        try:
            _run("ip", "link", "set", "far", "netns", str(self._running[0].pid))
            _bring_up("near", _NEAR, ())
            _bring_up("far", _FAR, self.enter)
            figures = [str(one) for one in (*ends, ROUND_TRIP_MS / 2, MEGABYTES_PER_SECOND * 10**6)]
            program = Path(__file__).with_name("cable.py")
            with (scratch / "link.log").open("ab") as log:
                cable = subprocess.Popen(
                    [sys.executable, "-I", "-S", program, *figures],
                    pass_fds=ends,
                    stdout=log,
                    stderr=log,
                    preexec_fn=processes._die_with_parent,  # noqa: PLW1509 - it takes no lock
                )
            self._running.append(cable)
        finally:
            for end in ends:
                os.close(end)

    @property
    def enter(self) -> tuple[str, ...]:
        """What runs a program at the far end."""
        return ("nsenter", f"--net=/proc/{self._running[0].pid}/ns/net")

    def place(self, near: Place) -> Place:
        """The same API server, seen from the far end."""
        port = urlsplit(near.server).port
        config = yaml.safe_load(near.kubeconfig.read_text(encoding="utf-8"))
        server = f"https://{_NEAR}:{port}"
        for entry in config["clusters"]:
            entry["cluster"] |= {"server": server, "tls-server-name": _SERVED_NAME}
        path = near.scratch / "link.kubeconfig"
        path.touch(mode=0o600)
        path.write_text(yaml.safe_dump(config), encoding="utf-8")
        return replace(
            near,
            kubeconfig=path,
            server=f"https://{_SERVED_NAME}:{port}",
            curl_options=("--resolve", f"{_SERVED_NAME}:{port}:{_NEAR}"),
            prefix=self.enter,
            name="-link",
        )

    def close(self) -> None:
        """Take it away."""
        for process in reversed(self._running):
            processes.end(process)


def _network_of(pid: int | str) -> str:
    return str(Path(f"/proc/{pid}/ns/net").readlink())


def _device(name: str) -> int:
    """A TUN device: its descriptor. The device lives as long as somebody holds that."""
    end = os.open("/dev/net/tun", os.O_RDWR | os.O_CLOEXEC)
    fcntl.ioctl(end, _TUNSETIFF, struct.pack("16sH", name.encode(), _IFF_TUN | _IFF_NO_PI))
    return end


def _bring_up(name: str, address: str, enter: tuple[str, ...]) -> None:
    _run(*enter, "ip", "address", "add", f"{address}/24", "dev", name)
    _run(*enter, "ip", "link", "set", name, "mtu", "1500", "up")
    # Packets that the cable has not yet taken wait there.
    _run(*enter, "ip", "link", "set", name, "txqueuelen", "10000")


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True)
