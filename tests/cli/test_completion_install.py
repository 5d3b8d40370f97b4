"""`completion install`: the program that kubectl asks, where krew linked the plugin alone."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kubectl_ddfargate.cli.program import HELPER

PLUGIN = Path(sys.executable).parent / "kubectl-ddfargate"
Krew = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def linked(tmp_path: Path) -> Path:
    """krew's folder: one link, to the plugin in a folder with a version in its name."""
    store, bin_ = tmp_path / "store" / "v0.1.0", tmp_path / "bin"
    store.mkdir(parents=True)
    bin_.mkdir()
    (store / "kubectl-ddfargate").write_text(f'#!/bin/sh\nexec {PLUGIN} "$@"\n', encoding="utf-8")
    (store / "kubectl-ddfargate").chmod(0o755)
    (bin_ / "kubectl-ddfargate").symlink_to(store / "kubectl-ddfargate")
    return bin_


@pytest.fixture
def run(linked: Path, monkeypatch: pytest.MonkeyPatch) -> Krew:
    """A command line of that plugin: `sys.argv[0]` is the link, as it is for a built program."""

    def start(*words: str, path: str = f"{linked}:/usr/bin:/bin") -> subprocess.CompletedProcess[str]:
        program = (
            "import sys; from kubectl_ddfargate.__main__ import main;"
            f"sys.argv[0] = {str(linked / 'kubectl-ddfargate')!r}; main()"
        )
        return subprocess.run(
            [sys.executable, "-c", program, "completion", "install", *words],
            capture_output=True, text=True, check=False, env={**os.environ, "PATH": path},
        )  # fmt: skip

    return start


def answers(helper: Path) -> str:
    """What the installed program says."""
    done = subprocess.run([str(helper), "unin"], capture_output=True, text=True, check=True)
    return done.stdout


def test_beside_the_link_and_again(run: Krew, linked: Path) -> None:
    done = run()
    assert (done.returncode, done.stderr) == (0, "")
    helper = linked / HELPER
    assert done.stdout.splitlines()[0] == f"{helper} written"
    assert answers(helper) == "uninstall\tTake away what install made.\n:4\n"
    text = helper.read_text(encoding="utf-8")
    assert "v0.1.0" not in text  # krew's next upgrade takes that folder away
    assert run().stdout.splitlines()[0] == f"{helper} written anew"
    assert helper.read_text(encoding="utf-8") == text
    assert sorted(path.name for path in linked.iterdir()) == ["kubectl-ddfargate", HELPER]


def test_the_real_kubectl_finds_it(run: Krew, linked: Path, kubectl: Path) -> None:
    run()
    done = subprocess.run(
        [str(kubectl), "__complete", "ddfargate", "explain", "DDF101"],
        capture_output=True, text=True, check=True, env={**os.environ, "PATH": f"{linked}:/usr/bin:/bin"},
    )  # fmt: skip
    assert done.stdout.startswith("DDF101\t")


def test_into_another_folder(run: Krew, tmp_path: Path) -> None:
    other = tmp_path / "my programs"
    other.mkdir()
    done = run("--to", str(other))
    assert done.returncode == 0
    assert f"only where {other} is on PATH, and it is not" in done.stdout
    assert answers(other / HELPER) == "uninstall\tTake away what install made.\n:4\n"
    assert "is on PATH" not in run("--to", str(other), path=f"{other}:/usr/bin:/bin").stdout


def test_refused(run: Krew, linked: Path, tmp_path: Path) -> None:
    (linked / HELPER).write_text("#!/bin/sh\n", encoding="utf-8")
    for words, said in (
        ((), "is there and not ours"),
        (("--to", str(tmp_path / "none")), "No such file or directory"),
    ):
        done = run(*words)
        assert (done.returncode, done.stdout) == (2, "")
        assert said in done.stderr
        assert "completion install --to" in done.stderr
    assert (linked / HELPER).read_text(encoding="utf-8") == "#!/bin/sh\n"


def test_pip_has_it_already() -> None:
    done = subprocess.run(
        [str(PLUGIN), "completion", "install"], capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0
    assert done.stdout.startswith(f"{PLUGIN.parent / HELPER} is there already: pip installed it\n")
