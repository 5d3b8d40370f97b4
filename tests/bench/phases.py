"""Where the time of `doctor` goes: `python -m tests.bench.phases FILE doctor …` runs it and writes the answer.

The clock is hung on from outside: the tool holds no line for it. Where a function is no more, its phase is missing
in the answer. Phases of reading run in several threads, so theirs are sums over threads, more than the wall shows.
"""

from __future__ import annotations

import time

STARTED = time.perf_counter()

import builtins  # noqa: E402
import importlib  # noqa: E402
import json  # noqa: E402
import resource  # noqa: E402
import sys  # noqa: E402
import threading  # noqa: E402
from collections.abc import Callable, Sequence  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any, NoReturn  # noqa: E402

OURS = "kubectl-ddfargate"
HOOKS = (
    ("credentials", "kubectl_ddfargate.cluster.target", "resolve_target"),
    ("credentials", "kubectl_ddfargate.cluster.credentials", "source_of"),
    ("connect", "urllib3.connection", "HTTPSConnection.connect"),
    ("wait", "http.client", "HTTPResponse.begin"),
    ("transfer", "kubectl_ddfargate.cluster.bodies", "read_body"),
    ("transfer", "kubectl_ddfargate.cluster.transport", "read_body"),
    ("decode", "kubectl_ddfargate.cluster.decoders", "decode_json"),
    ("decode", "kubectl_ddfargate.cluster.paging", "decode_json"),
    ("decode", "kubectl_ddfargate.cluster.answers", "decode_json"),
    ("reading, wall", "kubectl_ddfargate.commands.doctor", "collect"),
    ("proving, wall", "kubectl_ddfargate.cluster.collect.proving", "prove"),
    ("access reviews, wall", "kubectl_ddfargate.cluster.collect.access", "review"),
    ("facts and checks", "kubectl_ddfargate.commands.assemble", "assemble"),
    ("render", "kubectl_ddfargate.cli.output", "print_report"),
    ("render", "kubectl_ddfargate.cli.doctor", "print_report"),
)
"""Phase, module, attribute. Functions that are imported by name are hooked where they are used."""


class Clock:
    """Seconds by phase, each thread's outermost call alone."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._lock = threading.Lock()
        self._inside = threading.local()

    def hang_on(self, phase: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, timed."""

        def timed(*args: Any, **kwargs: Any) -> Any:
            open_: set[str] = self._inside.__dict__.setdefault("open", set())
            if phase in open_:
                return function(*args, **kwargs)
            open_.add(phase)
            started = time.perf_counter()
            try:
                return function(*args, **kwargs)
            finally:
                self.add(phase, time.perf_counter() - started)
                open_.discard(phase)

        return timed

    def add(self, phase: str, seconds: float) -> None:
        """Count it."""
        with self._lock:
            self.seconds[phase] = self.seconds.get(phase, 0.0) + seconds


def measure(arguments: Sequence[str]) -> dict[str, object]:
    """Run the tool with its output to stdout; the seconds of each phase."""
    clock = Clock()
    builtins.__import__ = clock.hang_on("imports", builtins.__import__)
    code = 0
    with_hooks = _hooked_imports(clock)
    try:
        from kubectl_ddfargate import __main__ as program

        sys.argv = [OURS, *arguments]
        program.leave = _leave
        program.main()
    except SystemExit as end:
        code = int(end.code or 0)
    finally:
        total = time.perf_counter() - STARTED
        del with_hooks
    return {
        "code": code,
        "total": total,
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "phases": {name: round(seconds, 4) for name, seconds in clock.seconds.items()},
    }


def _leave(code: int) -> NoReturn:
    """In the place of the tool's own end, which would take this program with it."""
    sys.exit(code)


class _hooked_imports:  # noqa: N801
    """Hangs the clock on each function as soon as its module is loaded; the tool loads modules late, on purpose."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._left = list(HOOKS)
        self._lock = threading.RLock()
        self._inner = builtins.__import__
        builtins.__import__ = self._import

    def _import(self, *args: Any, **kwargs: Any) -> Any:
        found = self._inner(*args, **kwargs)
        if self._left:
            with self._lock:
                self._left = [hook for hook in self._left if not self._hang(*hook)]
        return found

    def _hang(self, phase: str, module: str, attribute: str) -> bool:
        loaded = sys.modules.get(module)
        if loaded is None or getattr(getattr(loaded, "__spec__", None), "_initializing", False):
            return False
        owner: Any = loaded
        *path, name = attribute.split(".")
        for part in path:
            owner = getattr(owner, part)
        function = getattr(owner, name, None)
        if function is None:
            return True
        if not hasattr(function, "timed_as"):
            hooked = self._clock.hang_on(phase, function)
            hooked.timed_as = phase  # type: ignore[attr-defined]
            setattr(owner, name, hooked)
        return True


def split_judging(snapshot: Path) -> dict[str, float]:
    """Seconds in facts, in checks and in the rest of judging a snapshot, by cProfile's own times."""
    import cProfile
    import pstats

    from tests.bench.judging import judged, loaded

    taken = loaded(snapshot)
    profile = cProfile.Profile()
    profile.runcall(judged, taken)
    shares: dict[str, float] = {}
    table: dict[Any, Any] = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    for (file, _, _), (_, _, own, _, callers) in table.items():
        if file == "~" or "kubectl_ddfargate" not in file:
            for (caller, _, _), (_, _, spent, _) in callers.items():
                _count(shares, caller, spent)
        else:
            _count(shares, file, own)
    total = sum(shares.values())
    return {name: round(seconds / total, 4) for name, seconds in sorted(shares.items())}


def _count(shares: dict[str, float], file: str, seconds: float) -> None:
    parts = Path(file).parts
    part = parts[parts.index("kubectl_ddfargate") + 1] if "kubectl_ddfargate" in parts[:-1] else "libraries"
    shares[part] = shares.get(part, 0.0) + seconds


def main() -> int:
    """Run, and write the answer."""
    target, *arguments = sys.argv[1:]
    if arguments[0] == "split":
        Path(target).write_text(json.dumps(split_judging(Path(arguments[1]))), encoding="utf-8")
        return 0
    importlib.invalidate_caches()
    found = measure(arguments)
    Path(target).write_text(json.dumps(found), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
