"""Makes the node's namespaces and cgroups, and takes them away again when its standard input ends.

`python -m tests.cluster.node.keeper FOLDER`. The other end of that pipe is held by the test process alone, so it
ends with it, however that dies. FOLDER/cgroups and, last, FOLDER/init.pid say where others may enter.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from . import cgroups
from .requirements import NAMESPACES

_PR_SET_PDEATHSIG = 1
_SCRIPT = Path(__file__).parent / "init.sh"
# Images, layers and volumes: large, and of no use to who reads the logs afterwards.
_HEAVY = ("containerd", "kubelet", "var-lib", "pods")


def main(folder: Path) -> None:
    """Hold them until nobody wants them."""
    # Ctrl-C in the terminal is the business of the test process, which then closes the pipe.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    library = ctypes.CDLL(None)
    groups = cgroups.make(os.getpid())

    def before() -> None:
        library.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        cgroups.enter(groups.values())

    try:
        listed = "".join(f"{controllers} {path}\n" for controllers, path in groups.items())
        (folder / "cgroups").write_text(listed, encoding="utf-8")
        with (folder / "init.log").open("wb") as log:
            node = subprocess.Popen(
                ["unshare", *NAMESPACES, "--kill-child", "bash", _SCRIPT, folder],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=before,  # noqa: PLW1509 - there is one thread
            )
        sys.stdin.buffer.read()
        node.kill()
        node.wait()
    finally:
        cgroups.remove(groups.values())
        for name in _HEAVY:
            shutil.rmtree(folder / name, ignore_errors=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
