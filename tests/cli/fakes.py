"""Stand-ins for the use cases, so that the command line is tested without a cluster."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import pytest

from kubectl_ddfargate.errors import ExitCode
from kubectl_ddfargate.model.report import Report, UnreadPart


class DoctorOptions(msgspec.Struct, frozen=True, kw_only=True):
    """The contract of commands.doctor."""

    namespace: str | None = None
    selector: str | None = None
    checks: tuple[str, ...] = ()
    skip_checks: tuple[str, ...] = ()
    prove: bool | None = None
    prove_limit: int | None = None
    logs: bool = False
    service_cidr: str | None = None
    prices: Any = None
    kubectl_flags: str = ""


class SnapshotResult(msgspec.Struct, frozen=True, kw_only=True):
    """The contract of commands.snapshot."""

    path: Path
    pods: int
    objects: int
    bytes: int
    unread: tuple[UnreadPart, ...] = ()


@dataclass
class UseCases:
    """What the use cases answer, and what they were asked."""

    answer: Callable[..., Report]
    code: int = ExitCode.GOOD
    calls: list[dict[str, Any]] = field(default_factory=list)

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Put the stand-ins where the command line imports the real ones from."""
        doctor = ModuleType("kubectl_ddfargate.commands.doctor")
        doctor.__dict__.update(
            DoctorOptions=DoctorOptions,
            EXAMPLE=Path("example"),
            diagnose_live=self._called("live"),
            diagnose_file=self._called("file"),
            chosen_checks=lambda options: (),
        )
        verdict = ModuleType("kubectl_ddfargate.commands.verdict")
        verdict.__dict__["exit_code"] = self._verdict
        snapshot = ModuleType("kubectl_ddfargate.commands.snapshot")
        snapshot.__dict__["take_snapshot"] = self._snapshot
        for module in (doctor, verdict, snapshot):
            monkeypatch.setitem(sys.modules, module.__name__, module)

    def _called(self, how: str) -> Callable[..., Report]:
        def call(*args: Any, **kwargs: Any) -> Report:
            self.calls.append({"how": how, "args": args, **kwargs})
            return self.answer(**kwargs)

        return call

    def _verdict(self, report: Report, *, fail_on: str, allow_unknown: bool) -> int:
        self.calls.append({"how": "verdict", "fail_on": fail_on, "allow_unknown": allow_unknown})
        return self.code

    def _snapshot(self, flags: Any, options: Any, output: Path, **kwargs: Any) -> SnapshotResult:
        self.calls.append({"how": "snapshot", "args": (flags, options, output), **kwargs})
        part = UnreadPart(resource="secrets", namespace="shop", verb="get", reason="Forbidden")
        return SnapshotResult(path=output, pods=3, objects=9, bytes=2048, unread=(part,))
