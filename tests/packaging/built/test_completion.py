"""kubectl's completion of the program without Python: by a second name, by a word, and by what `install` writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from kubectl_ddfargate.cli.program import HELPER, ON_REQUEST
from tests.packaging.building.places import PROGRAM
from tests.packaging.built.conftest import Plugin

WANTED = "doctor\tDiagnose the cluster. Changes nothing.\n:4\n"


@pytest.fixture
def own_plugin(plugin: Plugin, unpacked: Path, tmp_path: Path) -> Plugin:
    """The same in a folder that this test may write into; with a shell's tools on PATH, and still no Python."""
    (tmp_path / PROGRAM).symlink_to(unpacked / PROGRAM)
    (tmp_path / "kubectl").symlink_to((plugin.path / "kubectl").resolve())
    for tool in ("dirname", "sh"):
        (tmp_path / tool).symlink_to(f"/bin/{tool}")
    return Plugin(tmp_path, plugin.home)


def asked(plugin: Plugin) -> str:
    """What the real kubectl answers a shell that completes `kubectl ddfargate do`."""
    return plugin.started(plugin.path / "kubectl", "__complete", "ddfargate", "do").out


def test_one_program_has_two_names(own_plugin: Plugin) -> None:
    helper = own_plugin.path / HELPER
    helper.symlink_to((own_plugin.path / PROGRAM).resolve())
    assert own_plugin.started(helper, "do").out == WANTED
    assert asked(own_plugin) == WANTED


def test_the_plugin_answers_in_the_helpers_place(own_plugin: Plugin) -> None:
    assert own_plugin.started(own_plugin.path / PROGRAM, ON_REQUEST, "do").out == WANTED


def test_completion_install_writes_a_helper_that_kubectl_finds(own_plugin: Plugin) -> None:
    assert asked(own_plugin) != WANTED
    run = own_plugin("completion", "install")
    assert run.code == 0, run.err
    assert asked(own_plugin) == WANTED
