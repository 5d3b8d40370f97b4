"""How every command ends where something is wrong around it: the right exit code, one clear error, no traceback."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kubectl_ddfargate.cli.main import COMMANDS
from kubectl_ddfargate.errors import ExitCode
from tests.cli.conftest import Line
from tests.cli.ends import ASKS, OFFLINE, SETTINGS, ended, start
from tests.cluster.cluster import Cluster
from tests.cluster.story import story
from tests.cluster.waiting import wait_for

pytestmark = pytest.mark.computes

FULL = Path("/dev/full")
GOOD_OFFLINE = {name: ExitCode.BAD if name == "doctor" else ExitCode.GOOD for name in OFFLINE}
"""The example is a broken cluster."""
on_linux = pytest.mark.skipif(not FULL.exists(), reason="no /dev/full here")


@pytest.mark.parametrize("name", COMMANDS)
def test_help(line: Line, name: str) -> None:
    assert line(name, "--help") == ExitCode.GOOD
    assert line.err == ""
    for part in (
        "\nExamples:\n",
        "\nExit code:\n",
        f"\nUsage:\n  kubectl ddfargate {name} ",
        f"docs/cli.md#{name}",
    ):
        assert part in line.out
    assert all(len(row) <= 80 for row in line.out.splitlines())


@pytest.mark.parametrize("name", COMMANDS)
def test_a_wrong_flag(line: Line, name: str) -> None:
    assert line(name, "--nonsense") == ExitCode.NO_ANSWER
    assert (line.out, line.err) == (
        "",
        f'error: unknown flag "--nonsense"\n  next: kubectl ddfargate {name} --help\n',
    )


@pytest.mark.parametrize("name", ASKS)
def test_no_kubeconfig(name: str, tmp_path: Path) -> None:
    code, out, err = ended(start(*ASKS[name], folder=tmp_path))
    if name == "version":
        assert (code, err) == (ExitCode.GOOD, "")
        assert (
            out.splitlines()[-1] == "note: no cluster answered: no kubeconfig was found; looked at ~/.kube/config"
        )
    else:
        assert (code, out) == (ExitCode.NO_ANSWER, "")
        assert err.startswith("error: no kubeconfig was found; looked at ~/.kube/config\n  next: ")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", OFFLINE)
def test_what_needs_no_cluster_needs_no_kubeconfig(name: str, tmp_path: Path) -> None:
    code, out, err = ended(start(*OFFLINE[name], folder=tmp_path))
    assert code == GOOD_OFFLINE[name], err
    assert out


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """A server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(60)
        yield server


@pytest.mark.parametrize("name", ASKS)
def test_interrupted_while_a_server_is_waited_for(name: str, tmp_path: Path, silent: socket.socket) -> None:
    address = f"http://127.0.0.1:{silent.getsockname()[1]}"
    process = start(*ASKS[name], "--server", address, folder=tmp_path)
    connection, _ = silent.accept()
    process.send_signal(signal.SIGINT)
    code, out, err = ended(process)
    connection.close()
    assert (code, err.strip()) == (ExitCode.INTERRUPTED, "")
    assert out in ("", "interrupted: nothing was written\n")
    assert list(tmp_path.iterdir()) == []


@on_linux
@pytest.mark.parametrize("name", OFFLINE)
def test_interrupted_while_it_prints(name: str, tmp_path: Path) -> None:
    reading, writing = full_pipe()
    process = start(*OFFLINE[name], folder=tmp_path, stdout=writing)
    os.close(writing)
    wait_for(lambda: writes(process) or process.poll() is not None, what=f"{name} waits to be read", deadline=60)
    process.send_signal(signal.SIGINT)
    code, _, err = ended(process)
    os.close(reading)
    assert (code, err.strip()) == (ExitCode.INTERRUPTED, "")


def full_pipe() -> tuple[int, int]:
    """A pipe that takes nothing more."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 4096)
    try:
        while True:
            os.write(writing, b" " * 4096)
    except BlockingIOError:
        os.set_blocking(writing, True)
    return reading, writing


def writes(process: subprocess.Popen[bytes]) -> bool:
    """Whether the process hangs in a write to its stdout, by what the kernel says of it."""
    try:
        words = Path(f"/proc/{process.pid}/syscall").read_text(encoding="ascii").split()
    except OSError:
        return False
    return words[:2] in (["1", "0x1"], ["64", "0x1"])  # write, on x86-64 and on arm64


@pytest.mark.parametrize("name", OFFLINE)
def test_nobody_reads_stdout(name: str, tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    process = start(*OFFLINE[name], folder=tmp_path, stdout=writing)
    os.close(writing)
    code, _, err = ended(process)
    assert code == GOOD_OFFLINE[name], err
    assert "roken pipe" not in err


@pytest.mark.parametrize("words", [*OFFLINE.values(), ("--help",), ("doctor", "--help"), ("--version",)])
def test_stdout_is_closed(words: tuple[str, ...], tmp_path: Path) -> None:
    process = start(*words, folder=tmp_path)
    code, _, usual = ended(process)
    closed = subprocess.run(
        ["/bin/sh", "-c", 'exec "$@" >&-', "sh", *process.args],  # type: ignore[misc]
        stderr=subprocess.PIPE, cwd=tmp_path, check=False, input=SETTINGS.encode(),
    )  # fmt: skip
    assert (closed.returncode, closed.stderr.decode()) == (code, usual)


@on_linux
@pytest.mark.parametrize("words", [*OFFLINE.values(), ("--help",), ("doctor", "--help"), ("--version",)])
def test_the_disk_under_stdout_is_full(words: tuple[str, ...], tmp_path: Path) -> None:
    with FULL.open("wb") as full:
        code, _, err = ended(start(*words, folder=tmp_path, stdout=full))
    assert code == ExitCode.NO_ANSWER
    assert "stdout: No space left on device" in err


@on_linux
def test_an_error_that_cannot_be_printed(tmp_path: Path) -> None:
    with FULL.open("wb") as full:
        code, _, err = ended(start("doctor", "-o", "json", folder=tmp_path, stdout=full))
        assert code == ExitCode.NO_ANSWER
        assert "no kubeconfig was found" in err
        assert "stdout: No space left on device" in err
        process = start("doctor", folder=tmp_path)
        command = ["/bin/sh", "-c", 'exec "$@" 2>/dev/full', "sh", *process.args]  # type: ignore[misc]
        ended(process)
        assert subprocess.run(command, cwd=tmp_path, check=False, env=without_kubeconfig(tmp_path)).returncode == 2


def without_kubeconfig(folder: Path) -> dict[str, str]:
    return {"HOME": str(folder), "PATH": os.environ["PATH"]}


def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    """Each file that a command writes without a cluster: whole, or not at all."""
    for words in (OFFLINE["render"] + ("-o", "made"), ("completion", "install", "--to", ".")):
        code, out, err = ended(
            start(*words, folder=tmp_path, largest=16, env={"PATH": f"{tmp_path}:{plugin_folder()}"})
        )
        assert (code, out) == (ExitCode.NO_ANSWER, ""), words
        assert "cannot write" in err
        assert "  next: " in err
        assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def plugin_folder() -> Path:
    """Where our programs are."""
    return Path(sys.executable).parent


@pytest.fixture
def broken(cluster: Cluster) -> dict[str, str]:
    """The story's cluster, as the environment of its admin."""
    story(cluster, stage=2, credentials="secret")
    return {"KUBECONFIG": str(cluster.kubeconfig)}


READS = {
    **{name: words for name, words in ASKS.items() if name not in ("install", "uninstall", "restart", "snapshot")},
    "install": ("install", "--dry-run"),
    "uninstall": ("uninstall", "--dry-run"),
    "restart": ("restart", "--dry-run"),
    "trace": ("doctor", "deployment/coredns", "-n", "kube-system"),
}
"""What prints something of a cluster and leaves it as it is."""


def test_nobody_reads_what_a_cluster_told(broken: dict[str, str], tmp_path: Path) -> None:
    for words in READS.values():
        usual, _, _ = ended(start(*words, folder=tmp_path, env=broken))
        reading, writing = os.pipe()
        os.close(reading)
        process = start(*words, folder=tmp_path, stdout=writing, env=broken)
        os.close(writing)
        code, _, err = ended(process)
        assert code == usual, (words, err)
        assert "roken pipe" not in err


@on_linux
def test_the_disk_under_what_a_cluster_told_is_full(broken: dict[str, str], tmp_path: Path) -> None:
    for words in READS.values():
        with FULL.open("wb") as full:
            code, _, err = ended(start(*words, folder=tmp_path, stdout=full, env=broken))
        assert code == ExitCode.NO_ANSWER, (words, err)
        assert "stdout: No space left on device" in err, (words, err)


@on_linux
def test_the_disk_under_a_file_is_full(broken: dict[str, str], tmp_path: Path) -> None:
    for words, limit in (
        (("snapshot", "-o", "saved"), 512),
        (("snapshot", "-o", "/dev/full"), None),
        (("doctor", "--trace-requests", "/dev/full"), None),
    ):
        code, _, err = ended(start(*words, folder=tmp_path, largest=limit, env=broken))
        assert code == ExitCode.NO_ANSWER, (words, err)
        assert "error: " in err
        assert "  next: " in err
        assert list(tmp_path.iterdir()) == []
    assert FULL.is_char_device()


def test_the_document_stays_whole_where_a_cluster_cannot_be_asked(tmp_path: Path) -> None:
    for words in (("doctor",), ("diff",), ("probe", "--yes")):
        code, out, _ = ended(start(*words, "-o", "json", folder=tmp_path))
        assert code == ExitCode.NO_ANSWER
        assert json.loads(out)["kind"] == "Error"
