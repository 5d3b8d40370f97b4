"""Starts one program and tells its time and memory: `python -I -S launch.py DESCRIPTOR LIMIT PROGRAM [ARGUMENT…]`.

A program of its own, and a small one: the kernel counts the memory of whoever starts a process towards its peak.
Prints seconds, peak in KiB, seconds of CPU and the exit code (-1: ended after LIMIT seconds) as one line of JSON on
DESCRIPTOR. Imports as little as can be.
"""

import os
import signal
import sys
import time


def main() -> None:
    """Run it."""
    descriptor, limit, program = int(sys.argv[1]), float(sys.argv[2]), sys.argv[3:]
    os.set_inheritable(descriptor, False)
    started = time.perf_counter()
    pid = os.posix_spawnp(program[0], program, os.environ, setpgroup=0)
    late = False

    def end(*_: object) -> None:
        nonlocal late
        late = True
        os.killpg(pid, signal.SIGKILL)

    for one in (signal.SIGALRM, signal.SIGTERM, signal.SIGINT):
        signal.signal(one, end)
    signal.setitimer(signal.ITIMER_REAL, limit)
    _, status, usage = os.wait4(pid, 0)
    seconds = time.perf_counter() - started
    code = -1 if late else os.waitstatus_to_exitcode(status)
    cpu = usage.ru_utime + usage.ru_stime
    text = f'{{"seconds": {seconds:.6f}, "peak_kib": {usage.ru_maxrss}, "cpu": {cpu:.6f}, "code": {code}}}\n'
    os.write(descriptor, text.encode())


main()
