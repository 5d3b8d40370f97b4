"""`python -m tests.packaging.building.smoke ARCHIVE`: its program starts and answers. Needs no cluster.

Works on every platform, with Python's own library alone: the workflow of releases runs it where no other test runs.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from .places import PROGRAM, VERSION


def smoke(archive: Path) -> None:
    """Unpack it and run it. Raises AssertionError."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "unpacked")
        shutil.unpack_archive(archive, folder, filter=None if archive.suffix == ".zip" else "data")
        program = folder / (f"{PROGRAM}.exe" if os.name == "nt" else PROGRAM)
        assert (folder / "LICENSE").is_file()
        assert any((folder / "licenses").iterdir())
        code, out, err = _started(program, "version", "-o", "json")
        assert (code, err) == (0, ""), err
        assert VERSION in out
        code, out, err = _started(program, "doctor", "--example", "-o", "json")
        assert code == 1, err
        assert json.loads(out)["kind"] != "Error"
        code, out, err = _started(program, "doctor", "--context", "nowhere", home=Path(scratch))
        assert (code, out) == (2, ""), out
        assert err.startswith("error: "), err
        assert "Traceback" not in err


def _started(program: Path, *words: str, home: Path | None = None) -> tuple[int, str, str]:
    # No PATH: nothing of Python can be found there. Windows does not start a program without SYSTEMROOT.
    kept = {name: os.environ[name] for name in ("SYSTEMROOT", "TEMP") if name in os.environ}
    environment = {**kept, **({"HOME": str(home), "USERPROFILE": str(home)} if home else {})}
    done = subprocess.run(
        [program, *words],
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
        stdin=subprocess.DEVNULL,
    )
    return done.returncode, done.stdout, done.stderr


if __name__ == "__main__":
    smoke(Path(sys.argv[1]))
    print(f"{sys.argv[1]} runs")
