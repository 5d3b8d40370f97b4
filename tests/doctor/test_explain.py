"""`explain`: each page has all its parts, the rights among them, and comes through a pager on a terminal alone."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from kubectl_ddfargate.checks import CHECKS, Check
from kubectl_ddfargate.cli.explain import facts_of, page_of
from tests.docs.check_pages import check_page
from tests.doctor.running import ddfargate

PARTS = ("Symptom", "Why", "Verified", "Fix", "Sources", "Rights")


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_page_and_docs_have_all_parts_and_each_kind_that_is_needed(check: Check) -> None:
    page, docs = page_of(check), check_page(check)
    assert [part for part in PARTS if f"\n{part}:" not in page] == []
    assert [part for part in PARTS if f"\n## {part}\n" not in docs] == []
    rights = page.partition("\nRights:")[2]
    assert [kind.resource for kind in check.needs if kind.resource not in rights] == []
    assert f"since {check.since}" in facts_of(check)
    assert facts_of(check) in docs


def test_without_a_terminal_no_pager_comes_between(tmp_path: Path) -> None:
    pager, called = pager_that_tells(tmp_path)
    run = ddfargate("explain", "DDF208", env={"PAGER": str(pager)})
    assert run.code == 0
    assert "Rights:" in run.out
    assert not called.exists()


def test_on_a_terminal_it_does(tmp_path: Path) -> None:
    pager, called = pager_that_tells(tmp_path)
    ours, theirs = pty.openpty()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "kubectl_ddfargate", "explain", "DDF208"],
            env={**os.environ, "PAGER": str(pager), "TERM": "xterm"},
            stdin=theirs,
            stdout=theirs,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
        )
    finally:
        os.close(theirs)
        os.close(ours)
    assert done.returncode == 0, done.stderr
    assert b"Rights:" in called.read_bytes()


def pager_that_tells(folder: Path) -> tuple[Path, Path]:
    """A program for PAGER, and the file that it writes what it gets to."""
    pager, called = folder / "pager", folder / "called"
    pager.write_text(f"#!/bin/sh\ncat > {called}\n", encoding="utf-8")
    pager.chmod(0o755)
    return pager, called
