"""`python -m tests.packaging.building.krew_manifest --repository URL`: krew's manifest of what was built.

The template `krew-manifest.yaml` is the one list of platforms; a test compares the workflow of releases with it.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from .archive import sha256
from .places import DIST, ROOT, VERSION

TEMPLATE = ROOT / "krew-manifest.yaml"
NAME = "ddfargate.yaml"
"""krew wants the file named as the plugin."""


def template() -> dict[str, Any]:
    """The template, its places not filled in."""
    content: dict[str, Any] = yaml.safe_load(TEMPLATE.read_text(encoding="utf-8"))
    return content


def manifest(archives: Path, *, repository: str) -> dict[str, Any]:
    """The manifest of the archives in the folder. Raises ValueError where there is none."""
    version = f"v{VERSION}"
    fill = _filled({"{{ version }}": version, "{{ repository }}": repository.rstrip("/")})
    content: dict[str, Any] = fill(template())
    platforms = []
    for platform in content["spec"]["platforms"]:
        archive = archives / platform["uri"].rpartition("/")[2]
        if archive.exists():
            platforms.append(_filled({"{{ sha256 }}": sha256(archive)})(platform))
    if not platforms:
        raise ValueError(f"no archive of {TEMPLATE.name} is in {archives}: make archive")
    content["spec"]["platforms"] = platforms
    return content


def missing(archives: Path) -> list[str]:
    """The file names of the template's archives that are not in the folder."""
    names = [platform["uri"].rpartition("/")[2] for platform in template()["spec"]["platforms"]]
    return [name for name in names if not (archives / name).exists()]


def text(content: dict[str, Any]) -> str:
    """As YAML, several lines as such, nothing by reference."""
    return yaml.dump(content, Dumper=_Dumper, sort_keys=False, width=1_000_000, allow_unicode=True)


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text_node(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


_Dumper.add_representer(str, _text_node)


def _filled(values: dict[str, str]) -> Callable[[Any], Any]:
    def fill(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: fill(one) for key, one in value.items()}
        if isinstance(value, list):
            return [fill(one) for one in value]
        for place, given in values.items():
            value = value.replace(place, given)
        return value

    return fill


def _origin() -> str:
    asked = ["git", "remote", "get-url", "origin"]
    found = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
    return found.removesuffix(".git") if found.startswith("https://") else ""


def main() -> None:
    """Write `dist/ddfargate.yaml`; with `--all` only where every archive is there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repository", default=_origin(), help="where releases are downloaded from: https://…")
    parser.add_argument("--all", action="store_true", help="fail unless all platforms' archives are there")
    parser.add_argument("--archives", type=Path, default=DIST)
    given = parser.parse_args()
    if not given.repository:
        parser.error("git knows no https address of origin: make krew REPOSITORY=https://…")
    absent = missing(given.archives)
    if given.all and absent:
        parser.error(f"not built: {', '.join(absent)}")
    target: Path = given.archives / NAME
    target.write_text(text(manifest(given.archives, repository=given.repository)), encoding="utf-8", newline="\n")
    print(target)
    if absent:
        print(f"left out, because not built: {', '.join(absent)}", file=sys.stderr)


if __name__ == "__main__":
    main()
