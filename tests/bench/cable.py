"""A cable between two networks: `python cable.py NEAR FAR MILLISECONDS BYTES_PER_SECOND`.

NEAR and FAR are descriptors of TUN devices; what comes out of one goes into the other after the delay, no faster
than the rate, in order, and nothing is lost. In the place of tc's netem, which many kernels are built without.
"""

from __future__ import annotations

import os
import select
import sys
import time
from collections import deque

LARGEST = 65536


class Way:
    """One direction."""

    def __init__(self, source: int, target: int, delay: float, rate: float) -> None:
        self.source = source
        self._target = target
        self._delay = delay
        self._rate = rate
        self._free = 0.0
        self._under_way: deque[tuple[float, bytes]] = deque()

    def take(self) -> None:
        """Take all packets that wait."""
        while True:
            try:
                packet = os.read(self.source, LARGEST)
            except BlockingIOError:
                return
            self._free = max(self._free, time.monotonic()) + len(packet) / self._rate
            self._under_way.append((self._free + self._delay, packet))

    def give(self) -> None:
        """Give out those that have arrived."""
        now = time.monotonic()
        while self._under_way and self._under_way[0][0] <= now:
            os.write(self._target, self._under_way.popleft()[1])

    @property
    def due(self) -> float | None:
        """When the next one arrives."""
        return self._under_way[0][0] if self._under_way else None


def main() -> None:
    """Carry packets until killed."""
    near, far = int(sys.argv[1]), int(sys.argv[2])
    delay, rate = float(sys.argv[3]) / 1000, float(sys.argv[4])
    ways = (Way(near, far, delay, rate), Way(far, near, delay, rate))
    os.set_blocking(near, False)
    os.set_blocking(far, False)
    while True:
        times = [way.due for way in ways if way.due is not None]
        left = max(0.0, min(times) - time.monotonic()) if times else None
        ready, _, _ = select.select([near, far], [], [], left)
        for way in ways:
            if way.source in ready:
                way.take()
            way.give()


if __name__ == "__main__":
    main()
