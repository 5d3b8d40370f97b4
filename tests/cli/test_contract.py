"""The stand-ins of these tests take and give what the real use cases do."""

from __future__ import annotations

import inspect

import msgspec

from kubectl_ddfargate.commands.doctor import EXAMPLE, DoctorOptions, diagnose_file, diagnose_live
from kubectl_ddfargate.commands.snapshot import SnapshotResult, take_snapshot
from kubectl_ddfargate.commands.verdict import exit_code
from tests.cli import fakes


def names(of: object) -> list[str]:
    """Parameters of a function, or fields of a record."""
    if isinstance(of, type) and issubclass(of, msgspec.Struct):
        return [field.name for field in msgspec.structs.fields(of)]
    assert callable(of)
    return list(inspect.signature(of).parameters)


def test_options_and_result() -> None:
    assert names(DoctorOptions) == names(fakes.DoctorOptions)
    assert names(SnapshotResult) == names(fakes.SnapshotResult)


def test_use_cases() -> None:
    assert names(diagnose_live) == ["flags", "options", "decisions", "trace", "progress", "warn"]
    assert names(diagnose_file) == ["path", "options", "decisions"]
    assert names(take_snapshot) == ["flags", "options", "output", "trace", "progress", "warn"]
    assert names(exit_code) == ["report", "fail_on", "allow_unknown"]


def test_the_example_is_there() -> None:
    assert EXAMPLE.exists()
