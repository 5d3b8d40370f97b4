"""`probe` on the command line, where no cluster is needed."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Line


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("probe", "web", "-n", "shop"), "write TYPE/NAME"),
        (("probe", "deployment/web"), "say it: deployment/web -n NAMESPACE"),
        (("probe", "--pods", "11"), "11 is not in the range"),
        (("probe", "-o", "wide"), "'wide' is not one of"),
        (("doctor", "--example", "--logs"), "--example asks no cluster, so --logs cannot be used with it"),
    ],
)
def test_what_cannot_be_meant(line: Line, words: tuple[str, ...], said: str) -> None:
    assert line(*words) == 2
    assert said in line.err


def test_the_script_is_shown_without_a_cluster(line: Line) -> None:
    assert line("probe", "--show-script") == 0
    assert "def cluster_agent():" in line.out
