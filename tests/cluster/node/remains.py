"""What a node could leave behind on the machine, looked for by its folder and its number."""

from __future__ import annotations

from pathlib import Path


def remains(folder: Path) -> list[str]:
    """Mounts, processes and cgroups of the node that had its files in `folder`, each in words; none is good."""
    found = [f"mount {line.split()[1]}" for line in _lines("/proc/mounts") if str(folder) in line]
    for line in _lines(str(folder / "cgroups")):
        path = Path(line.split()[1])
        if path.exists():
            found.append(f"cgroup {path}")
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = process.read_text(encoding="utf-8", errors="replace").replace("\0", " ")
        except OSError:
            # It ended meanwhile.
            continue
        if str(folder) in command:
            found.append(f"process {process.parent.name}: {command}")
    return found


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
