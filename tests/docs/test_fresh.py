"""What is written about the program agrees with the program."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kubectl_ddfargate.cli.main import COMMANDS
from kubectl_ddfargate.errors import ExitCode
from tests.docs.generate import ROOT, stale


def test_generated_files_are_fresh() -> None:
    assert stale() == [], "run: make docs"


@pytest.mark.parametrize("code", ExitCode, ids=lambda code: code.name)
def test_every_exit_code_is_documented(code: ExitCode) -> None:
    text = (ROOT / "docs" / "exit-codes.md").read_text(encoding="utf-8")
    assert re.search(rf"^\| {code.value} \|", text, re.MULTILINE)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_in_the_readme(name: str) -> None:
    assert f"`{name}" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_two_commands_of_the_readme() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```(?:sh)?\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert [block.strip() for block in blocks[:2]] == ["make example", "make test"]


@pytest.mark.parametrize(
    "target", ["setup", "example", "test", "quick", "lint", "docs", "screenshots", "playground"]
)
def test_make_targets_exist(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


def links(page: Path) -> list[str]:
    """The relative links of a page, of pictures too."""
    text = page.read_text(encoding="utf-8")
    return re.findall(r"\]\((?!https?:)([^)\s]+)", text) + re.findall(r"(?:src|srcset)=\"(?!https?:)([^\"]+)", text)


def anchors(page: Path) -> set[str]:
    """The headings of a page as GitHub links to them."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_in_the_docs_lead_somewhere(page: Path) -> None:
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        if anchor and target.suffix == ".md":
            assert anchor in anchors(target), link


def test_every_page_and_picture_is_reached_from_the_readme() -> None:
    seen: set[Path] = set()
    todo = [ROOT / "README.md"]
    while todo:
        page = todo.pop()
        if page in seen:
            continue
        seen.add(page)
        if page.suffix == ".md":
            todo += [(page.parent / link.partition("#")[0]).resolve() for link in links(page) if link[0] != "#"]
    there = {path for path in (ROOT / "docs").rglob("*") if path.is_file()}
    assert there - seen == set()


@pytest.mark.parametrize("name", ["doctor", "diff", "install", "restart", "uninstall", "render"])
def test_what_the_codes_mean_is_told_of_each_command(name: str) -> None:
    text = (ROOT / "docs" / "exit-codes.md").read_text(encoding="utf-8")
    assert re.search(rf"^\| `{name}` \|", text, re.MULTILINE)
