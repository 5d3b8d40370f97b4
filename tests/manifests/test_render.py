"""`render` as a user runs it: without a cluster."""

from __future__ import annotations

import io
import json
import subprocess
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest
import yaml

from kubectl_ddfargate.cli.run import run as run_line
from kubectl_ddfargate.commands.render import design_from_settings
from kubectl_ddfargate.errors import UsageError
from kubectl_ddfargate.manifests import desired_objects
from kubectl_ddfargate.model.settings import (
    AgentSettings,
    ClusterAgentSettings,
    Given,
    InstallSettings,
    SecretSettings,
    TargetSettings,
)
from tests.cluster import canary
from tests.doctor.running import Run, ddfargate

NOWHERE = "/nonexistent/kubeconfig"
FILE: dict[str, Any] = {
    "apiVersion": "ddfargate/v1alpha1",
    "kind": "Install",
    "injector": "kyverno",
    "clusterName": "prod-eu",
    "clusterAgent": {
        "namespace": "datadog",
        "ip": "172.20.0.53",
        "selector": {"agent.datadoghq.com/name": "dd", "agent.datadoghq.com/component": "cluster-agent"},
    },
    "agent": {"image": "gcr.io/datadoghq/agent:7.81.1"},
    "targets": [
        {
            "namespace": "kube-system",
            "kind": "deploy",
            "name": "coredns",
            "labels": {"k8s-app": "kube-dns"},
            "serviceAccount": "coredns",
        },
        {
            "namespace": "shop",
            "kind": "Job",
            "name": "sum",
            "labels": {"app": "sum"},
            "serviceAccount": "default",
        },
    ],
}


def _file(folder: Path, **changes: Any) -> Path:
    path = folder / "ddfargate.yaml"
    path.write_text(yaml.safe_dump({**FILE, **changes}), encoding="utf-8")
    return path


def _render(*words: str | Path) -> Run:
    """One command line in this process: most of these tests need no second one."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    with redirect_stdout(out), redirect_stderr(err):
        code = run_line(["render", *map(str, words)])
    texts = [one.buffer.getvalue().decode() for one in (out, err)]
    return Run(code, *texts)


def _in_a_process(*words: str | Path) -> Run:
    return ddfargate("render", *map(str, words), kubeconfig=NOWHERE)


def _documents(run: Run) -> list[dict[str, Any]]:
    assert run.code == 0, run.err
    return list(yaml.safe_load_all(run.out))


def test_a_stream_of_all_but_secrets(tmp_path: Path) -> None:
    run = _render("-f", _file(tmp_path))

    assert [one["kind"] for one in _documents(run)] == [
        "Service",
        "ClusterRole",
        "ClusterRoleBinding",
        "ClusterRoleBinding",
        "MutatingPolicy",
    ]
    named = "Secret kube-system/datadog-secret must exist, with the keys api-key and token."
    assert f"# {named}\n" in run.out
    assert named in run.err


@pytest.mark.parametrize("output", ["yaml", "json"])
def test_a_format_is_printed_and_makes_no_folder(
    tmp_path: Path, output: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = _file(tmp_path)
    monkeypatch.chdir(tmp_path)

    run = _render("-f", file, "-o", output)

    assert not (tmp_path / output).exists()
    if output == "yaml":
        assert run.out == _render("-f", file).out
        return
    listed = json.loads(run.out)
    assert (listed["apiVersion"], listed["kind"]) == ("v1", "List")
    assert listed["items"] == _documents(_render("-f", file))
    assert "Secret kube-system/datadog-secret must exist" in run.err


def test_a_folder_may_be_called_like_a_format(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    assert _render("-f", _file(tmp_path), "-o", "./yaml").code == 0

    assert (tmp_path / "yaml" / "kustomization.yaml").exists()


def test_overwriting_is_for_a_folder(tmp_path: Path) -> None:
    run = _render("-f", _file(tmp_path), "-o", "json", "--overwrite")

    assert run.code == 2
    assert "--overwrite is for -o DIR" in run.err


def test_the_same_bytes_in_every_run(tmp_path: Path) -> None:
    """Python's order of sets differs between two processes: this one, and another."""
    file = _file(tmp_path)
    first, second = _render("-f", file), _in_a_process("-f", file)
    assert first.out == second.out

    for name, run in (("a", _render), ("b", _in_a_process)):
        assert run("-f", file, "-o", tmp_path / name).code == 0
    files = [{path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in ("a", "b")]
    assert files[0] == files[1]
    assert len(files[0]) == 6


def test_all_that_lacks_is_told_at_once() -> None:
    run = _render()

    assert run.code == 2
    assert run.out == ""
    for words in (
        "--injector or injector",
        "--cluster-agent or clusterAgent.namespace",
        "clusterAgent.selector",
        "--cluster-agent-ip or clusterAgent.ip",
        "--cluster-name or clusterName",
        "--agent-image or agent.image",
        "targets",
    ):
        assert words in run.err


def test_labels_and_accounts_of_targets_are_asked_for(tmp_path: Path) -> None:
    file = _file(tmp_path, targets=["kube-system/deployment/coredns"])

    run = _render("-f", file)
    assert run.code == 2
    assert "targets[0].labels" in run.err
    assert "targets[0].serviceAccount" in run.err

    enough = _render("-f", file, "--pod-label", "example.com/fargate=true", "--no-kubelet-rights")
    assert [one["kind"] for one in _documents(enough)] == ["Service", "MutatingPolicy"]
    assert 'aws eks update-addon --cluster-name "$CLUSTER" --addon-name coredns' in enough.err


def test_auto_is_no_answer_without_a_cluster(tmp_path: Path) -> None:
    run = _render("-f", _file(tmp_path), "--cluster-agent-ip", "auto", "--injector", "auto")
    assert run.code == 2
    assert "--cluster-agent-ip" in run.err
    assert "--injector" in run.err
    assert "clusterName" not in run.err


def test_an_ipv6_address_has_brackets_in_the_url_alone(tmp_path: Path) -> None:
    run = _render("-f", _file(tmp_path), "--cluster-agent-ip", "fd00:10:96:0::35")

    service = _documents(run)[0]["spec"]
    assert (service["clusterIP"], service["ipFamilies"]) == ("fd00:10:96::35", ["IPv6"])
    assert "https://[fd00:10:96::35]:5005" in run.out


@pytest.mark.parametrize(
    ("words", "kind", "api_version"),
    [
        (["--injector", "kyverno", "--kyverno-kind", "ClusterPolicy"], "ClusterPolicy", "kyverno.io/v1"),
        (
            ["--injector", "admission-policy"],
            "MutatingAdmissionPolicyBinding",
            "admissionregistration.k8s.io/v1",
        ),
        (["--injector", "datadog"], "DatadogAgent", "datadoghq.com/v2alpha1"),
    ],
)
def test_each_injector(tmp_path: Path, words: list[str], kind: str, api_version: str) -> None:
    last = _documents(_render("-f", _file(tmp_path), *words))[-1]
    assert (last["kind"], last["apiVersion"]) == (kind, api_version)


def test_the_datadog_injector_finds_its_owner_in_the_selector(tmp_path: Path) -> None:
    agent = _documents(_render("-f", _file(tmp_path), "--injector", "datadog"))[-1]
    assert agent["metadata"] == {"name": "dd", "namespace": "datadog"}

    helm = {**FILE["clusterAgent"], "selector": {"app": "dd-datadog-cluster-agent"}}
    run = _render("-f", _file(tmp_path, clusterAgent=helm), "--injector", "datadog", "-o", tmp_path / "out")
    assert run.code == 0, run.err
    values = yaml.safe_load((tmp_path / "out" / "helm-values.yaml").read_text(encoding="utf-8"))
    assert values["clusterAgent"]["admissionController"]["agentSidecarInjection"]["enabled"] is True


def test_a_folder_of_ours_is_brought_up_to_date(tmp_path: Path) -> None:
    file, out = _file(tmp_path), tmp_path / "out"
    assert _render("-f", file, "--pod-label", "a=b", "-o", out).code == 0
    assert (out / "coredns-addon.json").exists()
    (out / "README.md").write_text("mine", encoding="utf-8")

    run = _render("-f", file, "--kyverno-kind", "ClusterPolicy", "-o", out)

    assert run.code == 0, run.err
    names = {path.name for path in out.iterdir()}
    assert "clusterpolicy-ddfargate-agent-sidecar.yaml" in names
    assert "README.md" in names
    assert not names & {"mutatingpolicy-ddfargate-agent-sidecar.yaml", "coredns-addon.json"}
    assert not [name for name in names if name.startswith(".")]


def test_files_of_the_user_in_a_folder_of_ours_stay(tmp_path: Path) -> None:
    file, out = _file(tmp_path), tmp_path / "out"
    assert _render("-f", file, "--injector", "datadog", "-o", out).code == 0
    [patch] = out.glob("*.patch.yaml")
    kustomization = out / "kustomization.yaml"
    kustomization.write_text(kustomization.read_text(encoding="utf-8") + "- extra.yaml\n", encoding="utf-8")
    for name in ("mine.patch.yaml", "extra.yaml", "helm-values.yaml", "coredns-addon.json"):
        (out / name).write_text("{}", encoding="utf-8")
    assert yaml.safe_load(kustomization.read_text(encoding="utf-8"))["resources"][-1] == "extra.yaml"

    assert _render("-f", file, "-o", out).code == 0

    names = {path.name for path in out.iterdir()}
    assert names >= {"mine.patch.yaml", "extra.yaml", "helm-values.yaml", "coredns-addon.json"}
    assert patch.name not in names


def test_a_file_of_ours_that_the_user_replaced_stays(tmp_path: Path) -> None:
    file, out = _file(tmp_path), tmp_path / "out"
    assert _render("-f", file, "-o", out).code == 0
    policy = out / "mutatingpolicy-ddfargate-agent-sidecar.yaml"
    policy.write_text("kind: Mine\n", encoding="utf-8")

    assert _render("-f", file, "--kyverno-kind", "ClusterPolicy", "-o", out).code == 0

    assert policy.read_text(encoding="utf-8") == "kind: Mine\n"


def test_every_yaml_file_has_the_mark_once(tmp_path: Path) -> None:
    assert _render("-f", _file(tmp_path), "--pod-label", "a=b", "-o", tmp_path / "out").code == 0

    texts = [path.read_text(encoding="utf-8") for path in (tmp_path / "out").glob("*.yaml")]
    assert len(texts) == 6
    for text in texts:
        assert text.startswith("# made by kubectl ddfargate render\n")
        assert text.count("made by kubectl ddfargate render") == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--selector", "app=web"], "selector (--selector)"),
        (["--service-cidr", "10.100.0.0/16"], "serviceCidr (--service-cidr)"),
    ],
)
def test_what_only_a_cluster_can_answer_is_refused(tmp_path: Path, words: list[str], said: str) -> None:
    run = _render("-f", _file(tmp_path), *words)

    assert (run.code, run.out) == (2, "")
    assert f"{said}: no cluster is asked" in run.err
    assert "--discover" in run.err


def test_a_folder_of_somebody_else_is_left_alone_unless_asked(tmp_path: Path) -> None:
    file, out = _file(tmp_path), tmp_path / "out"
    out.mkdir()
    (out / "kustomization.yaml").write_text("resources: [mine.yaml]\n", encoding="utf-8")
    (out / "mine.yaml").write_text("{}", encoding="utf-8")

    run = _render("-f", file, "-o", out)
    assert run.code == 2
    assert "--overwrite" in run.err
    assert (out / "kustomization.yaml").read_text(encoding="utf-8") == "resources: [mine.yaml]\n"

    assert _render("-f", file, "-o", out, "--overwrite").code == 0
    assert (out / "mine.yaml").exists()
    assert "mutatingpolicy" in (out / "kustomization.yaml").read_text(encoding="utf-8")


def test_nothing_is_half_written(tmp_path: Path) -> None:
    file, out = _file(tmp_path), tmp_path / "out"
    assert _render("-f", file, "-o", out).code == 0
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    # no file can be put in the place of a folder: the write fails when much is written already
    blocked = out / "clusterpolicy-ddfargate-agent-sidecar.yaml"
    blocked.mkdir()

    run = _render("-f", file, "--kyverno-kind", "ClusterPolicy", "-o", out)

    assert run.code == 2
    assert "cannot write" in run.err
    blocked.rmdir()
    after = {path.name: path.read_bytes() for path in out.iterdir()}
    assert after["kustomization.yaml"] == before["kustomization.yaml"]
    assert set(after) == set(before)


def test_kustomize_builds_the_folder_to_the_stream(tmp_path: Path, kubectl: Path) -> None:
    file = _file(tmp_path)
    assert _render("-f", file, "-o", tmp_path / "out").code == 0

    built = subprocess.run([kubectl, "kustomize", tmp_path / "out"], capture_output=True, text=True, check=True)

    def key(one: dict[str, Any]) -> str:
        return yaml.safe_dump(one, sort_keys=True)

    assert sorted(yaml.safe_load_all(built.stdout), key=key) == sorted(_documents(_render("-f", file)), key=key)


def test_no_secret_value_gets_through(tmp_path: Path) -> None:
    file = _file(tmp_path, agent={**FILE["agent"], "env": {"DD_API_KEY": canary.API_KEY}})
    runs = [_render("-f", file)]
    runs.append(_render("-f", _file(tmp_path), "--agent-env", f"DD_TAGS={canary.TOKEN} {canary.API_KEY}"))
    for run in runs:
        assert run.code == 2
        assert canary.found_in((run.out + run.err).encode()) == []


def test_settings_without_a_file() -> None:
    settings = InstallSettings(
        injector="admission-policy",
        cluster_name="prod-eu",
        cluster_agent=ClusterAgentSettings(namespace="datadog", ip="10.100.0.9", selector={"app": "x"}, port=5006),
        agent=AgentSettings(image="datadog/agent:7.81.1"),
        targets=[
            TargetSettings(namespace="shop", kind="deploy", name="web", labels={"a": "b"}, service_account="w")
        ],
        secrets=SecretSettings(mode="none"),
    )
    design = design_from_settings(Given(settings))

    assert design.agent.url == "https://10.100.0.9:5006"
    assert (design.targets[0].kind, design.secret_mode) == ("Deployment", "none")
    assert desired_objects(design)[-1].ref.kind == "MutatingAdmissionPolicyBinding"


def test_an_address_that_is_none_is_told() -> None:
    settings = InstallSettings(cluster_agent=ClusterAgentSettings(ip="172.20.0.999"))
    with pytest.raises(UsageError, match="no IP address"):
        design_from_settings(Given(settings))


def test_a_kind_that_an_older_kyverno_does_not_serve_is_said_where_it_is_rendered(tmp_path: Path) -> None:
    told = "policies.kyverno.io/v1 is served by Kyverno 1.17 and later"
    assert told in _render("-f", _file(tmp_path)).out
    folder = tmp_path / "out"
    assert _render("-f", _file(tmp_path), "-o", folder).code == 0
    assert told in (folder / "kustomization.yaml").read_text(encoding="utf-8")
    assert "Kyverno 1.17" not in _render("-f", _file(tmp_path, injector="admission-policy")).out
