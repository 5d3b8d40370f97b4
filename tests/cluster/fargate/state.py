"""What the simulation is told from outside: Fargate profiles, stand-in webhooks, log texts, answers to exec.

JSON files in one folder. The test process writes them whole and in one step, the simulation reads them
at every question, so there is no protocol between the two and nothing to keep in step.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Selector:
    """Pods of a namespace (with * and ? as wildcards) that have all these labels."""

    namespace: str
    labels: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Profile:
    """A Fargate profile: at most five selectors, as AWS allows."""

    name: str
    selectors: tuple[Selector, ...]

    def __post_init__(self) -> None:
        if not 1 <= len(self.selectors) <= 5:
            raise ValueError(f"profile {self.name}: AWS wants 1 to 5 selectors")


@dataclass(frozen=True)
class StandIn:
    """What a stand-in webhook adds to the pods that it is called for."""

    container: dict[str, Any]
    annotations: dict[str, str] = field(default_factory=dict)
    share_process_namespace: bool = True


@dataclass(frozen=True)
class ExecAnswer:
    """What `kubectl exec` shall show for commands that contain `command`, in pods whose name begins with `pod`."""

    namespace: str
    pod: str
    container: str
    command: str
    stdout: str = ""
    stderr: str = ""
    exit_code: int = 0


class State:
    """The files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def profiles(self) -> list[Profile]:
        """All Fargate profiles."""
        return [
            Profile(entry["name"], tuple(Selector(**selector) for selector in entry["selectors"]))
            for entry in self._read("profiles", [])
        ]

    def write_profiles(self, profiles: list[Profile]) -> None:
        """Replace all Fargate profiles."""
        self._write("profiles", [asdict(profile) for profile in profiles])

    def stand_ins(self) -> dict[str, StandIn]:
        """Stand-in webhooks by name."""
        return {name: StandIn(**entry) for name, entry in self._read("stand-ins", {}).items()}

    def write_stand_ins(self, stand_ins: dict[str, StandIn]) -> None:
        """Replace all stand-in webhooks."""
        self._write("stand-ins", {name: asdict(stand_in) for name, stand_in in stand_ins.items()})

    def logs(self) -> dict[str, str]:
        """Log texts by `namespace/start of the pod's name/container`."""
        texts: dict[str, str] = self._read("logs", {})
        return texts

    def write_logs(self, texts: dict[str, str]) -> None:
        """Replace all log texts."""
        self._write("logs", texts)

    def exec_answers(self) -> list[ExecAnswer]:
        """Prepared answers; the last that fits holds."""
        return [ExecAnswer(**entry) for entry in self._read("exec", [])]

    def write_exec_answers(self, answers: list[ExecAnswer]) -> None:
        """Replace all prepared answers."""
        self._write("exec", [asdict(answer) for answer in answers])

    def clear(self) -> None:
        """Forget everything."""
        self.put_back({})

    def files(self) -> dict[str, Any]:
        """All of it, by the name of the file."""
        return {path.stem: self._read(path.stem, None) for path in self._folder.glob("*.json")}

    def put_back(self, files: Mapping[str, Any]) -> None:
        """Make it what `files()` gave, and forget the rest."""
        for path in self._folder.glob("*.json"):
            if path.stem not in files:
                path.unlink()
        for name, content in files.items():
            self._write(name, content)

    def _read(self, name: str, default: Any) -> Any:
        try:
            return json.loads((self._folder / f"{name}.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            return default

    def _write(self, name: str, content: Any) -> None:
        half = self._folder / f"{name}.json.new"
        half.write_text(json.dumps(content, indent=1), encoding="utf-8")
        half.replace(self._folder / f"{name}.json")
