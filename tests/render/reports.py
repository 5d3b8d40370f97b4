"""Reports to render: built by hand, so that a renderer's test needs neither a check nor a cluster."""

from __future__ import annotations

import msgspec

from kubectl_ddfargate.model.report import (
    Category,
    CheckResult,
    Endpoint,
    Evidence,
    Finding,
    Fix,
    Report,
    ScopePart,
    Severity,
    Size,
    Status,
    Subject,
    Summary,
    UnreadPart,
    WorkloadRow,
)

NAME_URL = "https://datadog-cluster-agent.datadog.svc.cluster.local:5005"


def workload(
    name: str, namespace: str = "kube-system", *, pods: int = 2, agents: int | None = None,
    dns: str = "cluster", endpoint: Endpoint | None = None, size: Size | None = None, agent: str = "sidecar",
) -> WorkloadRow:  # fmt: skip
    """A row of the table; with an agent in every pod unless said otherwise."""
    agents = pods if agents is None else agents
    return WorkloadRow(
        kind="Deployment",
        namespace=namespace,
        name=name,
        pods=pods,
        dns=dns,
        agent=agent,
        agents=agents,
        injected_by="admission-policy" if agents else None,
        endpoint=endpoint
        or Endpoint(source="url", value="https://172.20.0.53:5005", reaches="cluster-agent", broken_at=None),
        size=size or Size(requested="0.5/1", provisioned="0.5/1"),
    )


def subject(name: str, namespace: str = "kube-system", *, pods: int | None = 2) -> Subject:
    """A Deployment that something is wrong with."""
    return Subject(api_version="apps/v1", kind="Deployment", namespace=namespace, name=name, pods=pods)


def check(
    id_: str, category: Category, status: Status = Status.PASS, reason: str = "",
    severity: Severity = Severity.ERROR,
) -> CheckResult:  # fmt: skip
    """One check's outcome."""
    title = f"Title of {id_}"
    return CheckResult(id=id_, title=title, category=category, severity=severity, status=status, reason=reason)


def report(
    *,
    checks: tuple[CheckResult, ...] = (),
    findings: tuple[Finding, ...] = (),
    workloads: tuple[WorkloadRow, ...] = (),
    unread: tuple[UnreadPart, ...] = (),
    scope: ScopePart | None = None,
    cluster_agent: str = "datadog/datadog-cluster-agent, 1 of 1 ready, installed by the Operator",
) -> Report:
    """A report whose summary agrees with its parts."""
    live = [finding for finding in findings if finding.suppressed_by is None]
    by_status = {status: sum(one.status is status for one in checks) for status in Status}
    return Report(
        context="prod-eu",
        server="https://example.eks.amazonaws.com",
        server_version="v1.36.3-eks",
        tool_version="0.1.0",
        started_at="2026-11-25T02:00:00Z",
        duration_seconds=0.61,
        requests=23,
        scope=scope or ScopePart(),
        answered=not any(part.resource == "pods" for part in unread),
        fargate_pods=sum(row.pods for row in workloads),
        cluster_agent=cluster_agent,
        summary=Summary(
            passed=by_status[Status.PASS],
            fail=by_status[Status.FAIL],
            skip=by_status[Status.SKIP],
            unknown=by_status[Status.UNKNOWN],
            suppressed=len(findings) - len(live),
            errors=sum(finding.severity is Severity.ERROR for finding in live),
            warnings=sum(finding.severity is Severity.WARNING for finding in live),
        ),
        workloads=workloads,
        checks=checks,
        findings=findings,
        unread=unread,
    )


def healthy() -> Report:
    """All is well."""
    return report(
        checks=(
            check("DDF001", Category.ACCESS),
            check("DDF002", Category.ACCESS),
            check("DDF101", Category.DNS),
            check("DDF201", Category.ROUTE),
            check("DDF310", Category.INJECTION, Status.SKIP, "no policy injects today"),
        ),
        workloads=(workload("coredns", dns="node"), workload("web", "shop", pods=9)),
    )


def unreadable() -> Report:
    """The Secrets of one namespace may not be read, and no error is known."""
    reason = "needs get secrets -n kube-system, which you lack"
    return report(
        checks=(
            check("DDF001", Category.ACCESS),
            check("DDF401", Category.CREDENTIALS, Status.UNKNOWN, reason),
            check("DDF402", Category.CREDENTIALS, Status.UNKNOWN, reason),
            check("DDF405", Category.CREDENTIALS),
        ),
        workloads=(workload("coredns", dns="node"),),
        unread=(
            UnreadPart(
                resource="secrets",
                namespace="kube-system",
                verb="get",
                reason='Forbidden: User "viewer" cannot get resource "secrets" in the namespace "kube-system"',
            ),
            UnreadPart(resource="clusterroles", namespace=None, verb="list", reason="Forbidden"),
        ),
    )


def pods_unreadable() -> Report:
    """Not even the pods may be read, so nothing is known."""
    return report(
        checks=(
            check("DDF001", Category.ACCESS),
            check("DDF101", Category.DNS, Status.UNKNOWN, "list pods (forbidden)"),
            check("DDF405", Category.CREDENTIALS, Status.FAIL, "in part unknown: get secrets (forbidden)"),
        ),
        unread=(UnreadPart(resource="pods", namespace=None, verb="list", reason="forbidden"),),
        cluster_agent="",
    )


def broken() -> Report:
    """The story at its second stage, with something of every kind that a report can hold."""
    route = Endpoint(
        source="url",
        value=NAME_URL,
        reaches="nothing",
        broken_at="node DNS does not know *.svc.cluster.local",
    )
    return report(
        checks=(
            check("DDF001", Category.ACCESS),
            check("DDF101", Category.DNS, Status.FAIL),
            check("DDF103", Category.DNS, severity=Severity.WARNING),
            check("DDF106", Category.DNS, Status.FAIL, severity=Severity.INFO),
            check("DDF201", Category.ROUTE),
            check("DDF205", Category.ROUTE),
            check("DDF214", Category.ROUTE, Status.SKIP, "the service range is not known"),
            check("DDF306", Category.INJECTION, Status.FAIL, severity=Severity.WARNING),
            check("DDF319", Category.INJECTION, Status.FAIL, severity=Severity.WARNING),
            check("DDF405", Category.CREDENTIALS, Status.FAIL),
            check("DDF504", Category.SETTINGS),
        ),
        findings=(_unresolvable(), _inventory(), _deprecated(), _suppressed(), _literal()),
        workloads=(
            workload("coredns", dns="node", endpoint=route, size=Size(requested="0.5/1", provisioned="0.25/0.5")),
            workload("karpenter", "karpenter", dns="node", endpoint=route),
            workload("metrics-server", pods=1),
            workload(
                "web", "shop", pods=9, agents=0, agent="none",
                endpoint=Endpoint(source="none", value="", reaches="nothing", broken_at=None),
                size=Size(requested="0.25/0.5", provisioned="0.25/0.5", with_agent="0.5/1"),
            ),
        ),
    )  # fmt: skip


def curable() -> Report:
    """The same, where `install` cures the first finding and `restart` the last."""
    known = broken()
    by = {"DDF101": {"by_install": True}, "DDF405": {"by_restart": True}}
    findings = tuple(
        msgspec.structs.replace(one, fix=msgspec.structs.replace(one.fix, **by.get(one.id, {})))
        for one in known.findings
    )
    return msgspec.structs.replace(known, findings=findings)


def _unresolvable() -> Finding:
    return Finding(
        id="DDF101",
        severity=Severity.ERROR,
        title="Agents can resolve the name of the cluster agent",
        message=(
            "These pods ask the resolver of the VPC, which knows no name of the cluster. CoreDNS cannot ask "
            "itself: its agent will never find the cluster agent by name."
        ),
        subjects=(subject("coredns"), subject("karpenter", "karpenter")),
        evidence=tuple(
            Evidence(
                object=one,
                path="spec.containers[datadog-agent].env[DD_CLUSTER_AGENT_URL]",
                observed=NAME_URL,
                expected="https://<a fixed ClusterIP of the cluster agent>:5005",
            )
            for one in ("deployment/coredns -n kube-system", "deployment/karpenter -n karpenter")
        ),
        fix=Fix(
            commands=(
                "kubectl apply -f - <<'EOF'\napiVersion: v1\nkind: Service\nmetadata:\n"
                "  name: datadog-cluster-agent-fixed\n  namespace: datadog\nEOF",
                "kubectl rollout restart deployment/coredns -n kube-system",
            ),
            patch="env:\n- name: DD_CLUSTER_AGENT_URL\n  value: https://172.20.0.53:5005",
        ),
        docs="docs/checks/DDF101.md",
    )


def _inventory() -> Finding:
    return Finding(
        id="DDF106",
        severity=Severity.INFO,
        title="workloads that use node DNS",
        message="2 of 4 Fargate workloads resolve names by the VPC alone.",
        subjects=(subject("coredns"), subject("karpenter", "karpenter")),
    )


def _deprecated() -> Finding:
    return Finding(
        id="DDF306",
        severity=Severity.WARNING,
        title="ClusterPolicy/add-datadog-sidecar is of a deprecated kind",
        message="Kyverno 1.20 is expected to ignore it.",
        subjects=(
            Subject(api_version="kyverno.io/v1", kind="ClusterPolicy", namespace="", name="add-datadog-sidecar"),
        ),
        evidence=(
            Evidence(
                object="clusterpolicy/add-datadog-sidecar",
                path="kind",
                observed="ClusterPolicy",
                expected="MutatingPolicy",
            ),
        ),
    )


def _suppressed() -> Finding:
    return Finding(
        id="DDF319",
        severity=Severity.WARNING,
        title="a Fargate workload has no agent",
        message="No rule covers it.",
        subjects=(subject("web", "shop", pods=9),),
        suppressed_by="annotation of deployment/web -n shop: reason=batch",
    )


def _literal() -> Finding:
    return Finding(
        id="DDF405",
        severity=Severity.ERROR,
        title="an API key or token stands as plain text",
        message="Whoever may read the pods can read them.",
        subjects=(subject("coredns"),),
        evidence=tuple(
            Evidence(
                object="deployment/coredns -n kube-system",
                path=f"spec.containers[datadog-agent].env[{name}]",
                observed="a literal value",
                expected=f"valueFrom.secretKeyRef: name datadog-secret, key {key}",
            )
            for name, key in (("DD_API_KEY", "api-key"), ("DD_CLUSTER_AGENT_AUTH_TOKEN", "token"))
        ),
        fix=Fix(commands=("kubectl ddfargate explain DDF405",)),
    )
