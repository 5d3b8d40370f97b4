"""The generated manifest, judged and installed by the real krew, and found by the real kubectl."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.cluster.binaries.build import engine
from tests.cluster.binaries.programs import KREW, KREW_VALIDATOR
from tests.packaging.building.krew_manifest import manifest as generated
from tests.packaging.building.krew_manifest import template, text
from tests.packaging.building.places import PROGRAM, VERSION, Platform, this_platform
from tests.packaging.krew_archive import archive_faults
from tests.packaging.krew_rows import ROWS, Row
from tests.packaging.krew_rules import faults, selects

Judge = Callable[[str, str], bool]


@pytest.fixture(scope="session")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Judge:
    """Whether krew's own validator takes a manifest, given its name and text."""
    validator = engine(KREW_VALIDATOR)
    folder = tmp_path_factory.mktemp("judged")

    def judged(name: str, content: str) -> bool:
        file = folder / f"{name}.yaml"
        file.write_text(content)
        command: list[str | Path] = [validator, "-skip-install", "-manifest", file]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

    return judged


@pytest.fixture(scope="session")
def all_platforms(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Archives of all platforms, by name alone."""
    folder = tmp_path_factory.mktemp("archives")
    for one in template()["spec"]["platforms"]:
        (folder / Platform(**one["selector"]["matchLabels"]).archive).write_text("x")
    return folder


def installed(manifest: Path, archive: Path, root: Path, kubectl: Path) -> subprocess.CompletedProcess[str]:
    """`kubectl krew install`, into a folder of its own, with the archive in the place of the download."""
    bin_folder = root / "path"
    bin_folder.mkdir(parents=True)
    (bin_folder / "kubectl-krew").symlink_to(engine(KREW))
    (bin_folder / "kubectl").symlink_to(kubectl)
    return subprocess.run(
        [kubectl, "krew", "install", f"--manifest={manifest}", f"--archive={archive}"],
        env={
            "PATH": f"{bin_folder}:{root / 'krew/bin'}:/usr/bin:/bin",
            "HOME": str(root),
            "KREW_ROOT": str(root / "krew"),
        },
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_our_rules_find_nothing_wrong(manifest: Path, archive: Path) -> None:
    content = yaml.safe_load(manifest.read_text())
    assert faults(content, name="ddfargate") == []
    here = this_platform()
    [entry] = [one for one in content["spec"]["platforms"] if selects(one["selector"], here.os, here.arch)]
    assert archive_faults(entry, archive) == []


def test_krew_takes_it(judge: Judge, manifest: Path, all_platforms: Path) -> None:
    assert judge("ddfargate", manifest.read_text())
    assert judge("ddfargate", text(generated(all_platforms, repository="https://example.com")))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_our_rules_and_krew_agree(judge: Judge, all_platforms: Path, row: Row) -> None:
    bad = row.manifest(generated(all_platforms, repository="https://example.com"))
    assert judge(row.name, text(bad)) is not row.by_krew


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda entry: entry.update(sha256="0" * 64), "another sha256"),
        (lambda entry: entry.update(bin="nosuch"), "nosuch is not installed"),
        (lambda entry: entry.update(files=[{"from": "kubectl-ddfargate", "to": "."}]), "no license file"),
        (
            lambda entry: entry["files"].append({"from": "nosuch", "to": "."}),
            "nothing in the archive matches nosuch",
        ),
    ],
)
def test_an_archive_that_does_not_fit_is_refused(
    manifest: Path, archive: Path, change: Callable[[dict[str, object]], object], says: str
) -> None:
    entry = yaml.safe_load(manifest.read_text())["spec"]["platforms"][0]
    change(entry)
    assert any(says in fault for fault in archive_faults(entry, archive))


def test_krew_installs_it_and_kubectl_runs_it(manifest: Path, archive: Path, kubectl: Path, tmp_path: Path) -> None:
    done = installed(manifest, archive, tmp_path, kubectl)
    assert done.returncode == 0, done.stderr
    assert "kubectl ddfargate completion install" in done.stderr, "the caveats are shown"
    link = tmp_path / "krew/bin" / PROGRAM
    assert link.is_symlink()
    assert link.resolve() == tmp_path / "krew/store/ddfargate" / f"v{VERSION}" / PROGRAM
    assert (link.resolve().parent / "LICENSE").is_file()

    only = {"PATH": str(tmp_path / "krew/bin"), "HOME": str(tmp_path)}
    found = subprocess.run([kubectl, "plugin", "list"], env=only, capture_output=True, text=True, check=True)
    assert str(link) in found.stdout
    example: list[str | Path] = [kubectl, "ddfargate", "doctor", "--example"]
    run = subprocess.run(example, env=only, capture_output=True, text=True, check=False)
    assert run.returncode == 1, run.stderr
    assert "DDF101" in run.stdout


def test_krew_refuses_an_archive_that_was_changed(
    manifest: Path, archive: Path, kubectl: Path, tmp_path: Path
) -> None:
    other = tmp_path / archive.name
    other.write_bytes(archive.read_bytes() + b"x")
    done = installed(manifest, other, tmp_path, kubectl)
    assert done.returncode != 0
    assert not (tmp_path / "krew/bin" / PROGRAM).exists()
