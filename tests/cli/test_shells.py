"""TAB in a real bash and a real zsh, through the real kubectl's own completion."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.debian import unpacked
from tests.cli.terminal import Terminal

pytestmark = pytest.mark.computes

ARN = "arn:aws:eks:eu-west-1:111122223333:cluster/prod"
SHELLS = ("bash", "zsh")


@pytest.fixture(scope="session")
def debian(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """bash's completion library, and zsh."""
    return unpacked(tmp_path_factory.mktemp("debian"), "bash-completion", "zsh", "zsh-common")


@pytest.fixture
def env(tmp_path: Path, kubectl: Path) -> dict[str, str]:
    """What a person has: kubectl and our programs on PATH, and a kubeconfig of two clusters that are not there."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("kubectl-ddfargate", "kubectl_complete-ddfargate"):
        (programs / name).symlink_to(Path(sys.executable).parent / name)
    (programs / "kubectl").symlink_to(kubectl)
    (tmp_path / "config").write_text(
        f"""\
apiVersion: v1
kind: Config
current-context: staging
clusters: [{{name: c, cluster: {{server: "https://127.0.0.1:1"}}}}]
contexts: [{{name: staging, context: {{cluster: c}}}}, {{name: "{ARN}", context: {{cluster: c}}}}]
""",
        encoding="utf-8",
    )
    return {
        "HOME": str(tmp_path),
        "KUBECONFIG": str(tmp_path / "config"),
        "PATH": f"{programs}:{os.environ['PATH']}",
        "TERM": "dumb",
        "LANG": "C.UTF-8",
        "COLUMNS": "200",
    }


@pytest.fixture
def opened(debian: Path, env: dict[str, str], tmp_path: Path) -> Iterator[Callable[[str], Terminal]]:
    """`opened("zsh")`: the shell, with kubectl's completion loaded."""
    terminals: list[Terminal] = []

    def start(name: str) -> Terminal:
        command = _bash(debian, tmp_path) if name == "bash" else _zsh(debian, tmp_path)
        terminals.append(Terminal(command, env))
        terminals[-1].expect("ready> ")
        return terminals[-1]

    yield start
    for one in terminals:
        one.__exit__(None, None, None)


def _bash(debian: Path, folder: Path) -> list[str]:
    bash = shutil.which("bash")
    assert bash
    rc = folder / "bashrc"
    rc.write_text(
        f"""\
bind 'set bell-style none'; bind 'set show-all-if-ambiguous on'; bind 'set enable-bracketed-paste off'
source {debian}/usr/share/bash-completion/bash_completion
source <(kubectl completion bash)
source <(kubectl-ddfargate completion bash)
PS1='ready> '
""",
        encoding="utf-8",
    )
    return [bash, "--noprofile", "--rcfile", str(rc), "-i"]


def _zsh(debian: Path, folder: Path) -> list[str]:
    (modules,) = (debian / "usr/lib").glob("*/zsh/*")
    functions = debian / "usr/share/zsh/functions"
    (folder / ".zshrc").write_text(
        f"""\
module_path=({modules})
fpath=({functions}/*(/) {functions}/Completion/*(/))
unsetopt beep prompt_cr prompt_sp; setopt no_list_beep
autoload -U compinit; compinit -u -D
zstyle ':completion:*' list-prompt ''
source <(kubectl completion zsh)
source <(kubectl-ddfargate completion zsh)
PS1='ready> '
""",
        encoding="utf-8",
    )
    zsh = next(path for path in (debian / "bin/zsh", debian / "usr/bin/zsh") if path.exists())
    return [str(zsh), "-d", "-i"]


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("kubectl ddfargate doc", r"kubectl ddfargate doctor "),
        ("kubectl ddfargate ", r"uninstall +(\(|-- )Take away what install made"),
        ("kubectl ddfargate doctor --fail", r"doctor --fail-on "),
        ("kubectl ddfargate doctor --fail-on w", r"--fail-on warning "),
        ("kubectl ddfargate doctor -o js", r"-o json "),
        ("kubectl ddfargate doctor --output=js", r"--output=json"),
        ("kubectl ddfargate doctor --context st", r"--context staging "),
        ("kubectl ddfargate doctor --context arn:aws:e", r"eu-west-1:111122223333:cluster/prod"),
        ("kubectl ddfargate explain DDF10", r"DDF103 +(\(|-- )Fargate's label"),
        ("kubectl ddfargate doctor --from conf", r"--from config "),
        ("kubectl-ddfargate doctor --fail-on w", r"--fail-on warning "),
    ],
)
def test_tab(opened: Callable[[str], Terminal], tmp_path: Path, shell: str, typed: str, shown: str) -> None:
    terminal = opened(shell)
    terminal.press(f"cd {tmp_path}\n")
    terminal.expect("ready> ")
    terminal.press(f"{typed}\t")
    terminal.expect(shown)


@pytest.mark.parametrize("shell", SHELLS)
def test_a_cluster_that_does_not_answer_says_nothing(opened: Callable[[str], Terminal], shell: str) -> None:
    terminal = opened(shell)
    terminal.press("kubectl ddfargate doctor -n \tshop")
    terminal.expect("doctor -n shop$")
