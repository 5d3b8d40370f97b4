"""sdist and wheel: the same bytes from the same sources, and nothing in them that is not ours to give."""

from __future__ import annotations

import tarfile
import zipfile
from collections.abc import Callable
from email.parser import Parser
from pathlib import Path

from tests.packaging.building.places import ROOT, VERSION

WHEEL = f"kubectl_ddfargate-{VERSION}-py3-none-any.whl"
SDIST = f"kubectl_ddfargate-{VERSION}.tar.gz"


def test_a_second_build_gives_the_same_bytes(built: Path, built_anew: Callable[[str, float], Path]) -> None:
    with tarfile.open(built / SDIST) as sdist:
        epoch = sdist.getmembers()[0].mtime
    again = built_anew("distributions", epoch)
    assert sorted(path.name for path in again.iterdir()) == [WHEEL, SDIST]
    for name in (WHEEL, SDIST):
        assert (again / name).read_bytes() == (built / name).read_bytes(), name


def test_the_wheel_holds_the_package_its_data_and_its_license(built: Path) -> None:
    with zipfile.ZipFile(built / WHEEL) as wheel:
        names = set(wheel.namelist())
        info = f"kubectl_ddfargate-{VERSION}.dist-info"
        metadata = Parser().parsestr(wheel.read(f"{info}/METADATA").decode())
    assert "Apache-2.0" in (metadata["License-Expression"], metadata["License"])
    assert f"{info}/licenses/LICENSE" in names
    here = {str(path.relative_to(ROOT)) for path in (ROOT / "kubectl_ddfargate").rglob("*") if path.is_file()}
    assert {name for name in names if ".dist-info/" not in name} == {
        name for name in here if "__pycache__" not in name
    }


def test_the_sdist_can_be_built_from_and_names_nobody(built: Path) -> None:
    with tarfile.open(built / SDIST) as sdist:
        members = sdist.getmembers()
    names = {member.name.partition("/")[2] for member in members}
    assert {"LICENSE", "README.md", "CHANGELOG.md", "setup.cfg", "pyproject.toml"} <= names
    assert not [name for name in names if name.startswith(("tests", ".ci", "docs"))]
    assert {(member.uid, member.gid, member.uname, member.gname) for member in members} == {(0, 0, "", "")}
    assert len({member.mtime for member in members}) == 1
