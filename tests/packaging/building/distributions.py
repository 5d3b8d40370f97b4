"""`python -m tests.packaging.building.distributions [FOLDER]`: the sdist and the wheel, checked."""

from __future__ import annotations

import shutil
import sys
import tarfile
import tempfile
from pathlib import Path

from .archives import write_tar
from .environments import run, tools
from .places import DIST, ROOT, source_date_epoch

SOURCES = (
    "kubectl_ddfargate",
    "setup.cfg",
    "pyproject.toml",
    "MANIFEST.in",
    "README.md",
    "CHANGELOG.md",
    "LICENSE",
)


def build_distributions(target: Path) -> tuple[Path, Path]:
    """The sdist and the wheel that is built from it, in `target`. Older ones there go."""
    target.mkdir(parents=True, exist_ok=True)
    for old in (*target.glob("*.whl"), *target.glob("kubectl_ddfargate-*.tar.gz")):
        old.unlink()
    with tempfile.TemporaryDirectory() as scratch:
        # Not in the tree itself: setuptools takes up what older builds left there.
        sources, made = Path(scratch, "sources"), Path(scratch, "made")
        _copy_sources(sources)
        build: list[str | Path] = [tools(), "-m", "build", "--no-isolation", "--outdir", made]
        run([*build, "--sdist", sources])
        sdist = _normalised(next(made.glob("*.tar.gz")), target)
        unpacked = _unpacked(sdist, Path(scratch, "unpacked"))
        run([*build, "--wheel", unpacked])
        wheel = Path(shutil.copy2(next(made.glob("*.whl")), target))
    run([tools(), "-m", "twine", "--no-color", "check", "--strict", sdist, wheel])
    run([tools(), "-m", "check_wheel_contents", wheel])
    return sdist, wheel


def _copy_sources(target: Path) -> None:
    target.mkdir()
    for name in SOURCES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, target / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, target)


def _normalised(sdist: Path, target: Path) -> Path:
    """The same sdist without owner and times: setuptools heeds SOURCE_DATE_EPOCH for wheels alone."""
    name = sdist.name.removesuffix(".tar.gz")
    with tempfile.TemporaryDirectory() as scratch:
        folder = _unpacked(sdist, Path(scratch))
        write_tar(folder, target / sdist.name, epoch=source_date_epoch(), top=name)
    return target / sdist.name


def _unpacked(sdist: Path, target: Path) -> Path:
    with tarfile.open(sdist) as archive:
        archive.extractall(target, filter="data")
    return target / sdist.name.removesuffix(".tar.gz")


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else DIST
    print(*build_distributions(folder), sep="\n")
