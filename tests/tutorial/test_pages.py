"""The other pages with commands: their ```sh blocks are run, without a cluster. What needs one is in ```bash."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

from kubectl_ddfargate.model.eks_addon import addon_label
from tests.tutorial.blocks import steps
from tests.tutorial.checking import check_page
from tests.tutorial.conftest import ROOT

pytestmark = pytest.mark.computes

DOCS = ROOT / "docs"
PAGES = ("gitops.md", *(f"injectors/{name}.md" for name in ("admission-policy", "kyverno", "datadog")))


@pytest.fixture
def env(kubectl: Path, tmp_path: Path) -> dict[str, str]:
    """kubectl with the tool as its plugin, and no cluster."""
    programs = tmp_path / "programs"
    programs.mkdir()
    for program in (kubectl, Path(sys.executable).with_name("kubectl-ddfargate")):
        (programs / program.name).symlink_to(program)
    return {"PATH": f"{programs}:{os.environ['PATH']}", "KUBECONFIG": os.devnull}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_without_a_cluster(name: str, env: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    check_page(DOCS / name, folder=folder, env=env, told={})


def test_every_page_with_command_blocks_is_run() -> None:
    """settings.md and exit-codes.md show none; their examples are held by tests of their own."""
    with_blocks = {
        str(path.relative_to(DOCS))
        for path in DOCS.rglob("*.md")
        if any(step.output is not None for step in steps(path.read_text(encoding="utf-8")))
    }
    assert with_blocks <= {"tutorial.md", *PAGES}


def test_the_command_for_the_addon_is_that_of_the_tool() -> None:
    page = (DOCS / "gitops.md").read_text(encoding="utf-8")
    found = addon_label(("compute-type", "Fargate"))
    assert found.command in page
    keys = re.search(r"jsonencode\(\{(.*?)\}\)", page, re.DOTALL)
    assert keys is not None
    assert re.findall(r"^\s+(\w+) +=", keys[1], re.MULTILINE) == ["computeType", "podLabels"]
