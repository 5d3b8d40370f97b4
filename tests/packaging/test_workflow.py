"""The workflow of releases builds what krew's template promises, and signs all of it."""

from __future__ import annotations

from typing import Any

import yaml

from tests.packaging.building import krew_manifest
from tests.packaging.building.places import ROOT, Platform

FILE = ROOT / ".github" / "workflows" / "release.yml"


def workflow() -> dict[Any, Any]:
    content: dict[Any, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return content


def matrix() -> list[dict[str, str]]:
    entries: list[dict[str, str]] = workflow()["jobs"]["archive"]["strategy"]["matrix"]["include"]
    return entries


def promised() -> set[Platform]:
    return {Platform(**one["selector"]["matchLabels"]) for one in krew_manifest.template()["spec"]["platforms"]}


def test_its_platforms_are_those_of_the_template() -> None:
    built = [Platform(one["os"], one["arch"]) for one in matrix()]
    assert len(built) == len(set(built))
    assert set(built) == promised()
    assert {
        ("linux", "amd64"),
        ("linux", "arm64"),
        ("darwin", "amd64"),
        ("darwin", "arm64"),
        ("windows", "amd64"),
    } == {(one.os, one.arch) for one in built}


def test_each_archive_is_attested_with_its_bill_of_materials() -> None:
    steps = workflow()["jobs"]["release"]["steps"]
    attested = {
        step["with"]["subject-path"]: step["with"]["sbom-path"] for step in steps if _uses(step, "attest-sbom")
    }
    assert attested == {
        f"dist/{one.archive}": f"dist/kubectl-ddfargate-{one.os}-{one.arch}.cdx.json" for one in promised()
    }
    assert [step["with"] for step in steps if _uses(step, "attest-build-provenance")] == [
        {"subject-checksums": "dist/SHA256SUMS"}
    ]


def test_only_the_job_that_releases_may_write() -> None:
    content = workflow()
    assert content["permissions"] == {"contents": "read"}
    assert [name for name, job in content["jobs"].items() if "permissions" in job] == ["release"]
    assert content["jobs"]["release"]["if"] == "github.ref_type == 'tag'"


def test_no_name_from_outside_stands_in_a_script() -> None:
    """`${{ }}` in a script is replaced before the shell reads it: a branch's name could be a command."""
    for job in workflow()["jobs"].values():
        for step in job["steps"]:
            assert "github." not in step.get("run", "")
            assert "${{ github" not in step.get("run", "")


def test_each_step_calls_something_that_exists() -> None:
    for job in workflow()["jobs"].values():
        for step in job["steps"]:
            for word in step.get("run", "").split():
                if word.startswith("tests.packaging."):
                    assert (ROOT / (word.replace(".", "/") + ".py")).is_file()


def _uses(step: dict[str, Any], action: str) -> bool:
    return str(step.get("uses", "")).startswith(f"actions/{action}@")
