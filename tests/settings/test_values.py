"""Values that no setting may have, from each source, and what is said of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kubectl_ddfargate.commands.settings import load_given
from kubectl_ddfargate.commands.settings_table import GIVEN
from kubectl_ddfargate.errors import UsageError
from kubectl_ddfargate.facts.cluster_name import is_cluster_name
from tests.settings.conftest import as_file, refused

TARGET = "is no target: NAMESPACE/KIND/NAME is wanted, as kube-system/deployment/coredns"
LABELS = "is no label selector: write it as app=web,tier!=db"

BAD = [
    ("--cluster-agent-ip", "172.20.0.256", '"172.20.0.256" is neither auto nor an IP address'),
    ("--cluster-agent-ip", "fe80::1%eth0", '"fe80::1%eth0" is neither auto nor an IP address'),
    ("--cluster-agent-port", "0", "0 is no port: 1 to 65535 is wanted"),
    ("--cluster-agent-port", "65536", "65536 is no port: 1 to 65535 is wanted"),
    ("--cluster-agent-port", "-1", 'a whole number is wanted, not "-1"'),
    ("--cluster-agent-port", "https", 'a whole number is wanted, not "https"'),
    ("--cluster-agent", "datadog", 'NAMESPACE/NAME is wanted, not "datadog"'),
    ("--cluster-agent", "a/b/c", 'NAMESPACE/NAME is wanted, not "a/b/c"'),
    ("--cluster-agent", "Data/dca", '"Data" cannot be the name of a namespace'),
    ("--service-name", "a.b", '"a.b" cannot be the name of a Service'),
    ("--cluster-name", "", "it is empty"),
    ("--site", "https://app.datadoghq.eu", '"https://app.datadoghq.eu" is no site'),
    ("--site", "eu", '"eu" is no site'),
    ("--agent-image", "https://x/agent", '"https://x/agent" is no image'),
    ("--agent-cpu", "200 m", '"200 m" is no amount: write it as Kubernetes does, 200m or 256Mi'),
    ("--agent-memory", "-1Gi", '"-1Gi" is no amount'),
    ("--agent-memory", "0", '"0" is no amount'),
    ("--agent-env", "DD_X", "KEY=VALUE is wanted"),
    ("--agent-env", "a b=c", '"a b" cannot be the name of a variable'),
    ("--pod-label", "compute", '"compute" is no label: key=value is wanted'),
    ("--selector", "app=(", f'"app=(" {LABELS}'),
    ("--service-cidr", "172.20.0.0/33", '"172.20.0.0/33" is no address range'),
    ("--service-cidr", "172.20.0.1/16", '"172.20.0.1/16" is no address range'),
    ("--secret-store", "SecretStor/x", '"SecretStor" is no kind of store; did you mean "SecretStore"?'),
    ("--injector", "kyvrno",
     '"kyvrno" is not auto or kyverno or admission-policy or datadog; did you mean "kyverno"?'),
    ("--kyverno-kind", "clusterpolicy", 'did you mean "ClusterPolicy"?'),
    ("--target", "coredns", f'"coredns" {TARGET}'),
    ("--target", "kube-system/coredns", f'"kube-system/coredns" {TARGET}'),
    ("--target", "kube-system/deploymnt/coredns", '"deploymnt" is no kind of workload; did you mean "deployment"?'),
    ("--target", "kube-system/deploy/*", '"*" cannot be the name of a workload'),
    ("--target", "a/deploy/b,,c/deploy/d", "an empty name stands there"),
]  # fmt: skip
_LISTS = ("--target", "--agent-env")
each_bad = pytest.mark.parametrize(("flag", "text", "message"), BAD)


@each_bad
def test_a_flag(flag: str, text: str, message: str) -> None:
    error = refused(flags={flag: (text,) if flag in _LISTS else text})
    assert error.message.startswith(f"{flag}: ")
    assert message in error.message
    assert error.hint


@pytest.mark.parametrize(("flag", "text", "message"), [row for row in BAD if row[1]])
def test_a_variable_names_itself(flag: str, text: str, message: str) -> None:
    variable = next(one.variable for one in GIVEN if one.flag == flag)
    error = refused(environ={variable: text})
    assert error.message.startswith(f"{variable}: ")
    assert message in error.message


@pytest.mark.parametrize("variable", ["DDFARGATE_KUBELET_RIGHTS", "DDFARGATE_READ_ONLY_ROOT"])
def test_a_variable_that_is_no_switch(variable: str) -> None:
    assert refused(environ={variable: "maybe"}).message == f'{variable}: true or false is wanted, not "maybe"'


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("clusterAgent.ip", "localhost", '"localhost" is neither auto nor an IP address'),
        ("clusterAgent.port", 0, "0 is no port: 1 to 65535 is wanted"),
        ("clusterAgent.selector", {}, "no label stands there"),
        ("clusterAgent.name", "a_b", '"a_b" cannot be the name of a Deployment'),
        ("agent.limits.memory", "1GB", '"1GB" is no amount'),
        ("agent.requests.cpu", "", "it is empty"),
        ("agent.limits.cpu", "no", '"no" is no amount: write it as Kubernetes does, 200m or 256Mi, or none for no'),
        ("agent.limits.memory", "none", '"none" is no amount'),
        ("targets", [], "no workload is named: leave it out for all"),
        ("targets", [{"namespace": "a", "kind": "deploy", "name": "B"}], '"B" cannot be the name of a workload'),
        (
            "targets",
            [{"namespace": "a", "kind": "deplo", "name": "b"}],
            '"deplo" is no kind of workload; did you mean',
        ),
        ("suppress", ["DDF319"], '"DDF319" is no decision: write it as DDF319 until=2027-06-30 reason=…'),
        ("secrets.store", {"name": "a/b"}, '.name: "a/b" cannot be the name of a store'),
    ],
)
def test_the_file_names_itself_and_the_path(
    file: Callable[[str], Path], path: str, value: Any, message: str
) -> None:
    where = file(as_file({path: value}))
    error = refused(where)
    assert error.message.startswith(f"{where}: {path}")
    assert message in error.message


def test_a_bad_value_is_an_error_even_where_a_stronger_source_wins(file: Callable[[str], Path]) -> None:
    assert "ddfargate.yaml: site" in refused(file("site: eu"), {"--site": "datadoghq.eu"}).message


@pytest.mark.parametrize("name", ["prod", "prod-eu.shop", "a" * 40, f"{'a' * 40}.{'b' * 39}"])
def test_names_that_datadog_takes(name: str) -> None:
    assert is_cluster_name(name)
    assert load_given(None, {"--cluster-name": name}, {}).settings.cluster_name == name


@pytest.mark.parametrize("name", ["Prod", "1prod", "prod-", "prod_eu", ".prod", "a..b", "a" * 41, "prod\n"])
def test_names_that_datadog_does_not_take(name: str) -> None:
    assert not is_cluster_name(name)
    assert "is no name that Datadog takes" in refused(flags={"--cluster-name": name}).message


def test_a_name_that_is_too_long_as_a_whole() -> None:
    assert "is no name that Datadog takes" in refused(flags={"--cluster-name": f"{'a' * 40}.{'b' * 40}"}).message


@pytest.mark.parametrize(
    "kind", ["deploy", "Deployment", "DEPLOYMENTS", "deployments.apps", "sts", "Job", "rollout"]
)
def test_kinds_as_kubectl_takes_them_and_those_of_other_controllers(kind: str) -> None:
    target = f"shop/{kind}/web"
    assert load_given(None, {"--target": (target,)}, {}).settings.targets == [target]


@pytest.mark.parametrize(
    ("name", "near"), [("CLUSTERNAME", "CLUSTER_NAME"), ("TARGETS", "TARGET"), ("AGENT_MEM", "AGENT_MEMORY")]
)
def test_a_variable_that_is_nearly_ours(name: str, near: str) -> None:
    message = refused(environ={f"DDFARGATE_{name}": "x"}).message
    assert message == f'DDFARGATE_{name}: there is no such setting; did you mean "DDFARGATE_{near}"?'


@pytest.mark.parametrize("name", ["SERVICE_HOST", "SERVICE_PORT_HTTPS", "PORT_443_TCP_ADDR", "TEST", "HOME"])
def test_variables_of_others_are_left_alone(name: str) -> None:
    assert load_given(None, {}, {f"DDFARGATE_{name}": "172.20.0.9"}).sources == {}


def test_errors_are_errors_of_usage() -> None:
    assert int(UsageError.exit_code) == 2
