"""KUBECTL_EXTERNAL_DIFF: the program gets what kubectl gives it, and its exit code counts as it does there."""

from __future__ import annotations

import json
import os
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from kubectl_ddfargate.cli.diff import show
from kubectl_ddfargate.commands.external_diff import run_external_diff
from kubectl_ddfargate.errors import UsageError
from kubectl_ddfargate.model.connection import ConnectionFlags
from kubectl_ddfargate.model.objects import Desired
from kubectl_ddfargate.model.plan import Change, Note, NoteLevel, Plan
from kubectl_ddfargate.plan.compare import blocked, change_for, conflict
from tests.cluster.cluster import Cluster
from tests.plan.objects import desired, ours, secret, service

WITNESS = """#!/bin/sh
# keeps what it was called with, and what lies in both folders
folder=$(dirname "$0")
printf '%s\\n' "$@" > "$folder/words"
cp -r "$1" "$folder/live"; cp -r "$2" "$folder/merged"
stat -c %a "$1" "$2" > "$folder/modes"
echo shown
exit "$(cat "$folder/code")"
"""


@pytest.fixture
def witness(tmp_path: Path) -> Path:
    """A diff program that remembers."""
    program = tmp_path / "witness"
    program.write_text(WITNESS)
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    (tmp_path / "code").write_text("1")
    return program


def plan(*changes: Change, **more: Any) -> Plan:
    return Plan(context="c", server="s", changes=changes, **more)


CREATED = change_for(desired(), None, service(**ours()))
UPDATED = change_for(desired(), service(443, **ours()), service(**ours()))
SAME = change_for(desired(), service(**ours()), service(**ours()))


def files(folder: Path) -> dict[str, Any]:
    return {path.name: yaml.safe_load(path.read_text()) for path in folder.iterdir()}


def test_whole_objects_lie_in_both_folders(witness: Path) -> None:
    assert run_external_diff(plan(UPDATED), str(witness)) == 1

    live, merged = files(witness.parent / "live"), files(witness.parent / "merged")
    assert set(live) == set(merged) == {"v1.Service.datadog.fixed"}
    assert live["v1.Service.datadog.fixed"]["spec"]["ports"] == [{"port": 443}]
    assert merged["v1.Service.datadog.fixed"]["spec"]["ports"] == [{"port": 5005}]
    assert live["v1.Service.datadog.fixed"]["kind"] == "Service"


def test_what_is_created_lies_in_one_folder(witness: Path) -> None:
    run_external_diff(plan(CREATED), str(witness))

    assert files(witness.parent / "live") == {}
    assert set(files(witness.parent / "merged")) == {"v1.Service.datadog.fixed"}


def test_only_the_owner_may_look_into_the_folders_and_they_go(witness: Path) -> None:
    run_external_diff(plan(CREATED), str(witness))

    assert (witness.parent / "modes").read_text().split() == ["700", "700"]
    live, merged = (witness.parent / "words").read_text().split()[:2]
    assert not Path(live).exists()
    assert not Path(merged).exists()


def test_values_of_secrets_are_not_in_the_files(witness: Path) -> None:
    manifest = secret(token="32-or-more mark2")
    change = change_for(Desired(manifest, "", "secret"), secret(token="32-or-more mark1"), manifest)
    run_external_diff(plan(change), str(witness))

    name = "v1.Secret.shop.s"
    assert files(witness.parent / "live")[name]["data"] == {"token": "(value not shown, before)"}
    assert files(witness.parent / "merged")[name]["data"] == {"token": "(value not shown, after)"}


@pytest.mark.parametrize(
    ("program", "changes", "code"),
    [(0, [SAME], 0), (1, [UPDATED], 1), (2, [UPDATED], 2), (137, [UPDATED], 2), (0, [blocked(desired(), "no")], 1)],
)
def test_the_exit_code(program: int, changes: list[Change], code: int, witness: Path) -> None:
    (witness.parent / "code").write_text(str(program))

    assert run_external_diff(plan(*changes), str(witness)) == code


def test_a_blocked_plan_is_a_difference(witness: Path) -> None:
    (witness.parent / "code").write_text("0")

    assert run_external_diff(plan(SAME, notes=(Note(level=NoteLevel.BLOCK, text="no"),)), str(witness)) == 1


def test_what_two_folders_cannot_show_goes_to_stderr(
    witness: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KUBECTL_EXTERNAL_DIFF", str(witness))
    (witness.parent / "code").write_text("0")
    held = conflict(desired(), service(), (("helm", (".spec.ports",)),))
    lacks = Note(level=NoteLevel.BLOCK, text="you lack these rights: patch services\nnext: ask")

    code = show(plan(held, notes=(lacks,)), ConnectionFlags(), "diff")

    out, err = capfd.readouterr()
    assert (code, out) == (1, "shown\n")
    assert err.splitlines() == [
        f"conflict {held.address}: {held.message}",
        "blocked: you lack these rights: patch services",
    ]


@pytest.mark.parametrize(
    ("program", "shown", "code"),
    [
        ("0", plan(SAME), 0),
        ("1", plan(UPDATED), 1),
        ("2", plan(UPDATED), 2),
        # nothing could be compared: as without another program
        ("0", plan(notes=(Note(level=NoteLevel.BLOCK, text="no"),)), 2),
    ],
)
def test_the_exit_code_is_the_one_of_diff(
    program: str, shown: Plan, code: int, witness: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUBECTL_EXTERNAL_DIFF", str(witness))
    (witness.parent / "code").write_text(program)

    assert show(shown, ConnectionFlags(), "diff") == code


@pytest.mark.parametrize("program", ["/nowhere/at-all -u", " "])
def test_a_program_that_cannot_be_started(program: str) -> None:
    with pytest.raises(UsageError, match="KUBECTL_EXTERNAL_DIFF"):
        run_external_diff(plan(UPDATED), program)


@pytest.mark.parametrize("words", ["", " -u -N", " --a=b -x", " -a b.c /d '$(id)' e;f -g", "  -u"])
def test_the_words_are_those_that_kubectl_gives(words: str, witness: Path, cluster: Cluster) -> None:
    manifest = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x", "namespace": "default"}}
    done = subprocess.run(
        [cluster.plane.binaries.kubectl, "diff", "-f", "-"],
        input=json.dumps(manifest),
        text=True,
        capture_output=True,
        check=False,
        env={**os.environ, "KUBECONFIG": str(cluster.kubeconfig), "KUBECTL_EXTERNAL_DIFF": f"{witness}{words}"},
    )
    assert (done.returncode, done.stdout) == (1, "shown\n"), done.stderr
    expected = (witness.parent / "words").read_text().splitlines()
    names = {path.name for path in (witness.parent / "merged").iterdir()}

    run_external_diff(plan(CREATED), f"{witness}{words}")

    assert (witness.parent / "words").read_text().splitlines()[2:] == expected[2:]
    assert names == {"v1.ConfigMap.default.x"}, "our files are named in the same way"
