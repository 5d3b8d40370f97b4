"""`snapshot`: how its file is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cluster import canary
from tests.doctor.running import ddfargate


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["saved.gz"], "snapshot -o saved.gz"),
        (["-n", "shop", "shop"], "snapshot -o shop, and the other flags as they were"),
        (["--token", canary.TOKEN, "my file"], "snapshot -o 'my file', and the other flags as they were"),
    ],
)
def test_a_file_without_its_flag_is_told_with_it(words: list[str], hint: str, tmp_path: Path) -> None:
    run = ddfargate("snapshot", *words, kubeconfig=tmp_path / "none", folder=tmp_path)

    assert (run.code, run.out) == (2, "")
    assert f"error: {words[-1]}: the file to write is named by -o\n" in run.err
    assert run.err.endswith(f" {hint}\n")
    assert canary.found_in(run.err.encode()) == []
    assert list(tmp_path.iterdir()) == []


def test_no_file_at_all(tmp_path: Path) -> None:
    run = ddfargate("snapshot", kubeconfig=tmp_path / "none")
    assert (run.code, run.out) == (2, "")
    assert "missing option '-o'" in run.err
