"""Compares what the blocks of a page printed with the page, or with `UPDATE_TUTORIAL=1` writes it there."""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.tutorial.blocks import Step, steps, with_outputs
from tests.tutorial.masking import masked
from tests.tutorial.running import run_blocks


def check_page(page: Path, *, folder: Path, env: Mapping[str, str], told: Mapping[str, str]) -> None:
    """Run all blocks of the page in `folder`. `told`: what stands in the page → what it is in this run."""
    text = page.read_text(encoding="utf-8")
    blocks = [step.commands for step in steps(text)]
    for name, real in told.items():
        blocks = [block.replace(name, real) for block in blocks]

    ran = run_blocks(blocks, folder=folder, env=env)

    printed = [output for output, _ in ran]
    for name, real in told.items():
        printed = [output.replace(real, name) for output in printed]
    failed = [
        f"{page.name}, line {step.line}: exit code {code}\n{output}"
        for step, output, (_, code) in zip(steps(text), printed, ran, strict=False)
        if code
    ]
    assert not failed, "\n".join(failed)
    assert len(ran) == len(blocks), f"{page.name}: the shell ended at line {steps(text)[len(ran)].line}"
    if os.environ.get("UPDATE_TUTORIAL"):
        page.write_text(with_outputs(text, _changed(steps(text), printed)), encoding="utf-8")
        return
    for step, output in zip(steps(text), printed, strict=True):
        lines = difflib.unified_diff(
            masked(step.output or ""), masked(output), "in the page", "printed", lineterm=""
        )
        different = "\n".join(lines)
        told_of = f"{page.name}, line {step.line}: {step.commands}UPDATE_TUTORIAL=1 writes it anew"
        assert not different, f"{told_of}\n{different}"


def _changed(of_page: Sequence[Step], printed: Sequence[str]) -> list[str | None]:
    """None where the page differs only in what may differ: such a line is not worth a diff."""
    return [
        None if masked(output) == masked(step.output or "") else output
        for step, output in zip(of_page, printed, strict=True)
    ]
