"""Threads that meet a record type for the first time together must not crash the interpreter."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
import sys, threading
sys.setswitchinterval(1e-6)
import msgspec
from kubectl_ddfargate.cluster.decoders import decode_json
from kubectl_ddfargate.model.kinds import KINDS

start = threading.Barrier(2 * len(KINDS))
def read(record):
    start.wait()
    {call}
threads = [threading.Thread(target=read, args=(kind.record,)) for kind in KINDS for _ in range(2)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
"""
BODY = 'b\'[{"metadata": {"name": "x"}}]\''


@pytest.mark.parametrize("run", range(5))
def test_first_meetings_in_threads(run: int) -> None:
    program = PROGRAM.format(call=f"decode_json({BODY}, list[record])")
    assert subprocess.run([sys.executable, "-c", program], check=False, timeout=30).returncode == 0
