"""One row per setting that a flag can give: three spellings of it, one for each source, with what each means.

The three are different values, so that a test sees which one counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Row:
    """A flag, and for flag, variable and file what is written there and what it means by path."""

    flag: str
    by_flag: tuple[object, dict[str, Any]]
    by_variable: tuple[str, dict[str, Any]]
    by_file: dict[str, Any]
    source: str = ""
    """What the value's source is called where it is not the flag."""

    @property
    def variable(self) -> str:
        """As it is documented, not as the table makes it."""
        return f"DDFARGATE_{self.flag[2:].replace('-', '_').upper()}"


def _simple(flag: str, path: str, *values: Any) -> Row:
    first, second, third = values
    return Row(
        flag=flag,
        by_flag=(first, {path: first}),
        by_variable=(second, {path: second}),
        by_file={path: third},
    )


ROWS = (
    _simple("--injector", "injector", "kyverno", "datadog", "admission-policy"),
    _simple("--kyverno-kind", "kyvernoKind", "MutatingPolicy", "ClusterPolicy", "auto"),
    Row(
        flag="--target",
        by_flag=(("shop/deploy/web", "shop/sts/db"), {"targets": ["shop/deploy/web", "shop/sts/db"]}),
        by_variable=("a/Deployment/b, c/job/d", {"targets": ["a/Deployment/b", "c/job/d"]}),
        by_file={"targets": ["kube-system/deployment/coredns"]},
    ),
    _simple("--selector", "selector", "app=web", "tier!=db,app", "team in (a, b)"),
    _simple("--cluster-agent-ip", "clusterAgent.ip", "172.20.0.53", "auto", "fd00::53"),
    Row(
        flag="--cluster-agent",
        by_flag=("one/dca", {"clusterAgent.namespace": "one", "clusterAgent.name": "dca"}),
        by_variable=("two/agent", {"clusterAgent.namespace": "two", "clusterAgent.name": "agent"}),
        by_file={"clusterAgent.namespace": "three", "clusterAgent.name": "third"},
    ),
    Row(
        flag="--cluster-agent-port",
        by_flag=("5006", {"clusterAgent.port": 5006}),
        by_variable=("5007", {"clusterAgent.port": 5007}),
        by_file={"clusterAgent.port": 5008},
    ),
    _simple("--service-name", "clusterAgent.serviceName", "one", "two", "three"),
    _simple("--cluster-name", "clusterName", "one", "two.eu", "three-3"),
    _simple("--site", "site", "datadoghq.eu", "us3.datadoghq.com", "ddog-gov.com"),
    _simple("--agent-image", "agent.image", "mirror.example/agent:7.1", "agent:7.2", "agent@sha256:ab"),
    Row(
        flag="--agent-cpu",
        by_flag=("100m", {"agent.requests.cpu": "100m", "agent.limits.cpu": "100m"}),
        by_variable=("none", {"agent.requests.cpu": "none", "agent.limits.cpu": "none"}),
        by_file={"agent.requests.cpu": "200m", "agent.limits.cpu": "0.5"},
    ),
    Row(
        flag="--agent-memory",
        by_flag=("1Gi", {"agent.requests.memory": "1Gi", "agent.limits.memory": "1Gi"}),
        by_variable=("512Mi", {"agent.requests.memory": "512Mi", "agent.limits.memory": "512Mi"}),
        by_file={"agent.requests.memory": "256Mi", "agent.limits.memory": "300M"},
    ),
    Row(
        flag="--agent-env",
        by_flag=(("DD_ENV=prod",), {"agent.env": {"DD_ENV": "prod"}}),
        by_variable=("DD_ENV=test", {"agent.env": {"DD_ENV": "test"}}),
        by_file={"agent.env": {"DD_ENV": "dev"}},
    ),
    Row(
        flag="--read-only-root",
        by_flag=(True, {"agent.readOnlyRoot": True}),
        by_variable=("no", {"agent.readOnlyRoot": False}),
        by_file={"agent.readOnlyRoot": True},
    ),
    _simple("--secrets", "secrets.mode", "copy", "none", "external"),
    Row(
        flag="--secret-store",
        by_flag=("one", {"secrets.store.kind": "ClusterSecretStore", "secrets.store.name": "one"}),
        by_variable=("secretstore/two", {"secrets.store.kind": "SecretStore", "secrets.store.name": "two"}),
        by_file={"secrets.store.kind": "ClusterSecretStore", "secrets.store.name": "three"},
    ),
    Row(
        flag="--kubelet-rights",
        by_flag=(False, {"kubeletRights": False}),
        by_variable=("1", {"kubeletRights": True}),
        by_file={"kubeletRights": False},
        source="--no-kubelet-rights",
    ),
    _simple("--pod-label", "podLabel", "ddfargate/agent=on", "compute=fargate", "a=b"),
    _simple("--service-cidr", "serviceCidr", "10.100.0.0/16", "172.20.0.0/16", "fd00::/108"),
)
