"""The archive: what krew and a lawyer want in it, and the systems that it runs on."""

from __future__ import annotations

import json
import re
import subprocess
from importlib.metadata import requires
from pathlib import Path

import pytest

from tests.packaging.building.archive import sha256
from tests.packaging.building.glibc import oldest_glibc
from tests.packaging.building.places import PROGRAM, ROOT, this_platform

LIBRARIES = ("click", "h11", "msgspec", "pyyaml", "tabulate", "urllib3", "wsproto")
"""What the wheel needs, and what that needs."""
MACHINES_GLIBC = tuple(
    int(part) for part in subprocess.check_output(["getconf", "GNU_LIBC_VERSION"], text=True).split()[1].split(".")
)


def test_its_checksum_lies_beside_it(archive: Path) -> None:
    subprocess.run(["sha256sum", "--check", "--strict", f"{archive.name}.sha256"], cwd=archive.parent, check=True)


def test_only_files_and_folders_that_anybody_may_read(unpacked: Path) -> None:
    assert {path.name for path in unpacked.iterdir()} == {PROGRAM, "_internal", "LICENSE", "licenses"}
    for path in unpacked.rglob("*"):
        assert not path.is_symlink(), path
        assert path.stat().st_mode & 0o777 in ((0o755,) if path.is_dir() else (0o644, 0o755)), path
    assert (unpacked / PROGRAM).stat().st_mode & 0o777 == 0o755


def test_the_licenses_are_those_of_what_is_inside(unpacked: Path) -> None:
    assert (unpacked / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()
    texts = {path.name: list(path.iterdir()) for path in (unpacked / "licenses").iterdir()}
    assert {*LIBRARIES, "python", "pyinstaller"} <= {*texts}
    assert all(text.stat().st_size > 100 for found in texts.values() for text in found)
    system = {path.name for path in (unpacked / "_internal").glob("*.so*") if not path.name.startswith("libpython")}
    assert len({*texts} - {*LIBRARIES, "python", "pyinstaller"}) >= (1 if system else 0)


def test_the_list_of_libraries_is_what_the_package_asks_for() -> None:
    lines = [line for line in requires(PROGRAM) or () if "extra ==" not in line]
    asked = {found[0].lower() for line in lines if (found := re.match(r"[\w-]+", line))}
    assert {"click", "pyyaml", "urllib3"} <= asked <= {*LIBRARIES}


def test_no_library_is_inside_that_only_a_developer_has(unpacked: Path) -> None:
    described = {path.name.split("-")[0].lower() for path in (unpacked / "_internal").glob("*.dist-info")}
    assert described <= {*LIBRARIES}
    for name in ("pytest", "setuptools", "pip", "attr", "requests", "PyInstaller", "cryptography"):
        assert not (unpacked / "_internal" / name).exists()


def test_the_bill_of_materials_names_the_tool_and_its_libraries_alone(built: Path) -> None:
    platform = this_platform()
    text = (built / f"{PROGRAM}-{platform.os}-{platform.arch}.cdx.json").read_text()
    assert "file:" not in text
    bill = json.loads(text)
    assert bill["bomFormat"] == "CycloneDX"
    assert {one["name"].lower() for one in bill["components"]} == {*LIBRARIES, PROGRAM, "python", "openssl"}
    assert all(one["version"] for one in bill["components"])


def test_the_oldest_glibc_is_told(unpacked: Path) -> None:
    (major, minor), name = oldest_glibc(unpacked)
    print(f"runs on glibc {major}.{minor} and later, because of {name}")
    assert (2, 17) <= (major, minor) <= MACHINES_GLIBC


def test_no_place_of_the_machine_that_built_it_is_in_our_files(unpacked: Path) -> None:
    text = str(ROOT).encode()
    assert [path for path in unpacked.rglob("*") if path.is_file() and text in path.read_bytes()] == []


@pytest.mark.parametrize("words", [("--version",), ("doctor", "--example", "-o", "json")])
def test_the_sums_of_two_runs_are_the_same(unpacked: Path, archive: Path, words: tuple[str, ...]) -> None:
    """Nothing is written beside the program: an installation is as good after a run as before it."""
    before = {path: sha256(path) for path in unpacked.rglob("*") if path.is_file()}
    subprocess.run([unpacked / PROGRAM, *words], env={}, capture_output=True, check=False)
    assert {path: sha256(path) for path in unpacked.rglob("*") if path.is_file()} == before
