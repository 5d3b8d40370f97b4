"""krew's rules for manifests: what the template makes is good, and each rule refuses what breaks it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.packaging.building import krew_manifest
from tests.packaging.building.archive import sha256
from tests.packaging.building.places import VERSION, Platform, this_platform
from tests.packaging.krew_rows import ROWS, Row
from tests.packaging.krew_rules import faults

REPOSITORY = "https://example.com/owner/kubectl-ddfargate/"


def platforms() -> list[Platform]:
    return [Platform(**one["selector"]["matchLabels"]) for one in krew_manifest.template()["spec"]["platforms"]]


@pytest.fixture
def archives(tmp_path: Path) -> Path:
    for platform in platforms():
        (tmp_path / platform.archive).write_text(platform.archive)
    return tmp_path


@pytest.fixture
def good(archives: Path) -> dict[str, Any]:
    return krew_manifest.manifest(archives, repository=REPOSITORY)


def test_what_is_generated_is_good(good: dict[str, Any]) -> None:
    assert faults(good, name="ddfargate") == []
    assert good["spec"]["version"] == f"v{VERSION}"
    assert len(good["spec"]["platforms"]) == 5


def test_addresses_and_sums_are_those_of_the_archives(good: dict[str, Any], archives: Path) -> None:
    for platform, entry in zip(platforms(), good["spec"]["platforms"], strict=True):
        assert entry["uri"] == f"{REPOSITORY}releases/download/v{VERSION}/{platform.archive}"
        assert entry["sha256"] == sha256(archives / platform.archive)
        assert entry["bin"] == platform.program


def test_the_text_says_the_same_and_holds_no_place_to_fill_in(good: dict[str, Any]) -> None:
    text = krew_manifest.text(good)
    assert yaml.safe_load(text) == good
    assert "{{" not in text
    assert "&" not in text
    assert "  description: |\n" in text


def test_a_platform_that_was_not_built_is_left_out(archives: Path) -> None:
    for path in archives.iterdir():
        if path.name != this_platform().archive:
            path.unlink()
    manifest = krew_manifest.manifest(archives, repository=REPOSITORY)
    assert len(manifest["spec"]["platforms"]) == 1
    assert len(krew_manifest.missing(archives)) == 4
    assert faults(manifest, name="ddfargate") == []


def test_without_archives_there_is_no_manifest(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="make archive"):
        krew_manifest.manifest(tmp_path, repository=REPOSITORY)


def test_the_template_itself_is_no_manifest() -> None:
    found = faults(krew_manifest.template(), name="ddfargate")
    assert any("version" in fault for fault in found)
    assert any("sha256" in fault for fault in found)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_a_bad_manifest_is_refused(row: Row, good: dict[str, Any]) -> None:
    found = faults(row.manifest(good), name=row.name)
    assert any(row.says in fault for fault in found), found
