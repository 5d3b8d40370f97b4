"""What a settings file may hold, and what is said of one that cannot be used."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kubectl_ddfargate.commands.settings import load_given
from tests.settings.conftest import HEAD, at, refused

WriteFile = Callable[..., Path]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("clusterAgnt: {}", ': clusterAgnt is not known; did you mean "clusterAgent"?'),
        ("clusterAgent: {IP: auto}", ': clusterAgent.IP is not known; did you mean "ip"?'),
        ("clusterAgent: {zzzz: 1}", ": clusterAgent.zzzz is not known"),
        ("agent: {requests: {cpus: 1}}", ': agent.requests.cpus is not known; did you mean "cpu"?'),
        ("targets: [{namespace: a, kind: deploy, nam: b}]", ': targets[0].nam is not known; did you mean "name"?'),
        ("targets: [a/deploy/b, {namespace: a, kind: deploy}]", ": targets[1].name is missing"),
        ("secrets: {store: {kind: SecretStore}}", ": secrets.store.name is missing"),
        ("clusterName: 5", ": clusterName: text is wanted, a number was found"),
        ("site: [datadoghq.eu]", ": site: text is wanted, a list was found"),
        ("site: 2027-06-30", ': site: "2027-06-30" is no site: a host alone is wanted, as datadoghq.eu'),
        ("clusterAgent: {port: '5005'}", ": clusterAgent.port: a whole number is wanted, text was found"),
        ("clusterAgent: {port: true}", ": clusterAgent.port: a whole number is wanted, true or false was found"),
        ("clusterAgent: {port: 5005.5}", ": clusterAgent.port: a whole number is wanted, a number was found"),
        ("clusterAgent: auto", ": clusterAgent: keys are wanted, text was found"),
        ("agent: {env: [A=b]}", ": agent.env: keys are wanted, a list was found"),
        ("agent: {env: {DD_X: true}}", ": agent.env.DD_X: text is wanted, true or false was found"),
        ("agent: {env: {1: a}}", ': agent.env: "1" is no name'),
        ("agent: {readOnlyRoot: 'yes'}", ": agent.readOnlyRoot: true or false is wanted, text was found"),
        ("targets: kube-system/deployment/coredns", ": targets: a list is wanted, text was found"),
        ("targets: [1]", ": targets[0]: text or keys is wanted, a number was found"),
        ("injector: kyvrno", ': injector: "kyvrno" is not admission-policy or auto or datadog or kyverno; '
                             'did you mean "kyverno"?'),
        ("secrets: {mode: false}", ": secrets.mode: copy or external or none is wanted, true or false was found"),
        ("site: a.b\nsite: c.d", ' line 4: the key "site" stands there twice'),
        ("agent: {env: {A: b, A: c}}", ' line 3: the key "A" stands there twice'),
        ("site: [", " line 3: expected the node content, but found '<stream end>'"),
        ("site: a.b\n---\nsite: c.d", " line 4: but found another document"),
        ("site: !!python/name:os.system", " line 3: could not determine a constructor for the tag "),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_file_and_path(file: WriteFile, text: str, message: str) -> None:
    path = file(text)
    error = refused(path)
    assert error.message.startswith(f"{path}{message}")
    assert error.hint


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("kind: Install\nsite: a.b", "apiVersion is missing"),
        ("apiVersion: ddfargate/v1alpha1", "kind is missing"),
        ("apiVersion: ddfargate/v2\nkind: Install",
         'apiVersion is "ddfargate/v2"; this version reads ddfargate/v1alpha1'),
        ("apiVersion: ddfargate/v1alpha1\nkind: Report", 'kind is "Report"; this version reads Install'),
        ("", "these are no settings"),
        ("- a\n- b", "these are no settings"),
    ],
)  # fmt: skip
def test_a_file_says_what_it_is(file: WriteFile, text: str, message: str) -> None:
    path = file(text, head="")
    assert refused(path).message == f"{path}: {message}"


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert refused(tmp_path / "no.yaml").message == f"{tmp_path}/no.yaml cannot be read: No such file or directory"


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "ddfargate.yaml"
    path.write_bytes(b"kind: \xff\xfe\x00Install")
    assert refused(path).message == f"{path}: it is not text that YAML allows"


def test_keys_without_a_value_are_as_not_given(file: WriteFile) -> None:
    path = file("clusterAgent:\n  # ip: auto\nagent:\n  requests:\nsite:\n")
    assert load_given(path, {}, {}) == load_given(file(""), {}, {})


def test_the_long_form_of_a_target(file: WriteFile) -> None:
    given = load_given(
        file("targets: [{namespace: a, kind: sts, name: b, labels: {x: y}, serviceAccount: s}]"), {}, {}
    )
    expected = {"namespace": "a", "kind": "sts", "name": "b", "labels": {"x": "y"}, "serviceAccount": "s"}
    assert at(given, "targets") == [expected]


def test_anchors_and_json_are_yaml(file: WriteFile) -> None:
    given = load_given(file("agent: {requests: &r {cpu: 100m}, limits: {<<: *r, memory: 1Gi}}"), {}, {})
    assert at(given, "agent.limits") == {"cpu": "100m", "memory": "1Gi"}


def test_stdin(monkeypatch: pytest.MonkeyPatch) -> None:
    for text in ("site: datadoghq.eu", "site: 5"):
        stream = io.TextIOWrapper(io.BytesIO((HEAD + text).encode()))
        monkeypatch.setattr(sys, "stdin", stream)
        if text.endswith("5"):
            assert refused(Path("-")).message == "stdin: site: text is wanted, a number was found"
        else:
            given = load_given(Path("-"), {}, {})
            assert (given.settings.site, given.source("site", "")) == ("datadoghq.eu", "stdin")
