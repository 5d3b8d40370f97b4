"""Manifests that are wrong in one way each, and whose rule that breaks."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Any

Path = tuple[str | int, ...]
_P: Path = ("spec", "platforms", 0)
_LINUX = {"matchLabels": {"os": "linux", "arch": "amd64"}}
GONE = object()


@dataclass(frozen=True)
class Row:
    """What is changed in a good manifest (a path, and the value or GONE), and what is then said."""

    id: str
    says: str
    changes: tuple[tuple[Path, Any], ...]
    by_krew: bool = True
    """Krew's own validator refuses it too; else only the reviewers of its index do, or the installation fails."""
    name: str = field(default="ddfargate")

    def manifest(self, good: dict[str, Any]) -> dict[str, Any]:
        """The good manifest with the change."""
        changed = copy.deepcopy(good)
        for path, value in self.changes:
            *way, last = path
            place: Any = changed
            for step in way:
                place = place[step]
            if value is GONE:
                del place[last]
            else:
                place[last] = value
        return changed


def _row(says: str, *path: str | int, to: Any = GONE, by_krew: bool = True) -> Row:
    return Row(f"{'.'.join(map(str, path))}={'gone' if to is GONE else to!r}", says, ((path, to),), by_krew)


def _named(name: str, says: str, *, by_krew: bool = True) -> Row:
    return Row(f"name={name}", says, ((("metadata", "name"), name),), by_krew, name=name)


def _in_platform(says: str, key: str, to: Any = GONE, *, by_krew: bool = True) -> Row:
    return _row(says, *_P, key, to=to, by_krew=by_krew)


ROWS = (
    _row("apiVersion", "apiVersion"),
    _row("apiVersion", "apiVersion", to="krew.googlecontainertools.github.com/v1alpha1"),
    _row("kind", "kind", to="Plugins"),
    _row("named differently", "metadata", "name", to="other"),
    _named("dd.fargate", "not allowed"),
    _named("nul", "not allowed"),
    _named("Com1", "not allowed"),
    _named("ddFargate", "naming guide", by_krew=False),
    _named("dd_fargate", "naming guide", by_krew=False),
    _named("kube-ddfargate", "naming guide", by_krew=False),
    _row("version", "spec", "version"),
    _row("version", "spec", "version", to="0.1.0"),
    _row("version", "spec", "version", to="v0.1"),
    _row("version", "spec", "version", to="v01.0.0"),
    _row("version", "spec", "version", to="v0.1.0.dev1"),
    _row("no shortDescription", "spec", "shortDescription", to=""),
    _row("more than one line", "spec", "shortDescription", to="Diagnose\nDatadog"),
    _row("longer than", "spec", "shortDescription", to="Diagnose " * 9, by_krew=False),
    _row("no description", "spec", "description", by_krew=False),
    _row("no https", "spec", "homepage", to="http://example.com", by_krew=False),
    _row("caveats has a line", "spec", "caveats", to="word " * 20, by_krew=False),
    _row("no platform", "spec", "platforms", to=[]),
    _in_platform("uri", "uri"),
    _in_platform("uri", "uri", "http://example.com/a.tar.gz", by_krew=False),
    _in_platform("uri", "uri", "https://example.com/a.tar.xz", by_krew=False),
    _in_platform("sha256", "sha256"),
    _in_platform("sha256", "sha256", "A" * 64),
    _in_platform("sha256", "sha256", "0" * 63),
    _in_platform("no bin", "bin"),
    _in_platform("leads out", "bin", "../kubectl-ddfargate", by_krew=False),
    _in_platform("empty", "files", []),
    _in_platform("lacks", "files", [{"from": "*"}]),
    _in_platform("lacks", "files", [{"to": "."}]),
    _in_platform("not clean", "files", [{"from": "*", "to": "./x/"}], by_krew=False),
    _in_platform("leads out", "files", [{"from": "*", "to": "../x"}], by_krew=False),
    _in_platform("no selector", "selector"),
    _in_platform("selector is empty", "selector", {}),
    _in_platform(
        "matchLabels", "selector", {"matchLabels": {}, "matchExpressions": [{"key": "os", "operator": "Exists"}]}
    ),
    _in_platform("key region", "selector", {"matchLabels": {"os": "linux", "region": "eu"}}),
    _in_platform("key cpu", "selector", {"matchExpressions": [{"key": "cpu", "operator": "Exists"}]}),
    _in_platform("no platform of krew's", "selector", {"matchLabels": {"os": "plan9"}}),
    _in_platform("overlap on linux/arm64", "selector", {"matchLabels": {"os": "linux"}}),
    _in_platform(
        "overlap on darwin/arm64",
        "selector",
        {"matchExpressions": [{"key": "os", "operator": "NotIn", "values": ["windows"]}]},
    ),
    _row("overlap on linux/amd64", "spec", "platforms", 1, "selector", to=_LINUX),
    _row("no .exe", "spec", "platforms", 4, "bin", to="kubectl-ddfargate", by_krew=False),
)  # fmt: skip
