"""The command as it was typed, which is printed again with one more flag."""

from __future__ import annotations

import shlex

import click
import pytest

from kubectl_ddfargate.cli.connection import connection_flags
from kubectl_ddfargate.cli.install_options import install_settings, write_options
from kubectl_ddfargate.cli.kubectl_style import KubectlCommand
from kubectl_ddfargate.cli.typed import typed
from kubectl_ddfargate.commands.write_options import WriteOptions
from tests.cluster.canary import API_KEY


@click.command("install", cls=KubectlCommand)
@install_settings
@write_options
@connection_flags(narrows=False)
def install(**values: object) -> str:
    """The words of this command."""
    return typed().partition(" install")[2].strip()


def said(*words: str) -> str:
    found: str = install.main(words, prog_name="install", standalone_mode=False)
    return found


@pytest.mark.parametrize(
    ("words", "same"),
    [
        ([], ""),
        (["--target", "shop/deployment/web", "--target", "kube-system/deployment/coredns"], None),
        (["--no-kubelet-rights", "--injector", "admission-policy"], None),
        (["--kubelet-rights=false"], "--kubelet-rights=false"),
        (["--kubelet-rights"], None),
        (["--dry-run"], "--dry-run"),
        (["--dry-run=server"], "--dry-run=server"),
        (["-y", "-l", "app in (a, b)"], "--selector 'app in (a, b)' --yes"),
        (["--yes=false"], ""),
        (["--agent-image", "public.ecr.aws/datadog/agent:7.80.0"], None),
        (["--timeout", "5m", "--settle=1s"], "--timeout 5m --settle 1s"),
        (["--context", "prod", "--token", API_KEY, "--restart"], "--restart"),
    ],
)
def test_the_words_of_a_command(words: list[str], same: str | None) -> None:
    again = said(*words)
    if same is not None:
        assert again == same
    assert sorted(shlex.split(again)) == sorted(shlex.split(shlex.join(words) if same is None else same))
    assert said(*shlex.split(again)) == again  # it can be pasted


def test_what_may_be_a_credential_is_not_repeated() -> None:
    assert API_KEY not in said("--selector", f"app={API_KEY}")


def test_a_variable_is_no_word_of_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DDFARGATE_SITE", "datadoghq.eu")
    assert said("--restart") == "--restart"


def test_a_flag_more() -> None:
    again = WriteOptions(typed="kubectl ddfargate diff --restart").again
    assert again("--more", "--context x") == "kubectl ddfargate diff --restart --more --context x"
    assert WriteOptions().again("--more", "") == "kubectl ddfargate install --more"
