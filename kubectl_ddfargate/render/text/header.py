"""The first lines: which cluster, what was looked at, what was found there."""

from __future__ import annotations

from collections.abc import Iterator

from kubectl_ddfargate.model.report import Report
from kubectl_ddfargate.render.text.layout import Layout
from kubectl_ddfargate.render.text.marks import Ink, plural


def header(report: Report, ink: Ink, layout: Layout) -> Iterator[str]:
    """Two lines, so that a paste of the output says by itself where it comes from."""
    where = [
        "Datadog on EKS Fargate",
        f"context {report.context}" if report.context else "",
        report.server,
        report.server_version,
        f"read in {report.duration_seconds:.1f} s" if report.requests else "from a snapshot",
    ]
    what = [
        _scope(report),
        _found(report),
        f"cluster agent {report.cluster_agent}" if report.cluster_agent else "no cluster agent seen",
    ]
    first, *rest = layout.prose(" · ".join(part for part in where if part), 0)
    yield ink.strong(first)
    yield from (ink.strong(line) for line in rest)
    yield from layout.prose(" · ".join(what), 0)


def _found(report: Report) -> str:
    if not report.answered:
        return "pods could not be read"
    return f"{plural(report.fargate_pods, 'Fargate pod')} in {plural(len(report.workloads), 'workload')}"


def _scope(report: Report) -> str:
    namespace = f"namespace {report.scope.namespace}" if report.scope.namespace else "all namespaces"
    return f"{namespace}, selector {report.scope.selector}" if report.scope.selector else namespace
