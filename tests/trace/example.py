"""The trace of a workload of the example that comes with the tool."""

from __future__ import annotations

from pathlib import Path

from kubectl_ddfargate import snapshot_file
from kubectl_ddfargate.commands.doctor import DoctorOptions
from kubectl_ddfargate.commands.tracing import trace_file
from kubectl_ddfargate.model.trace import Trace

EXAMPLE = Path(snapshot_file.__file__).parent / "data" / "example.snapshot.gz"
COREDNS = "kube-system/deployment/coredns"
BROKEN = "name resolution"


def trace_of(target: str = COREDNS) -> Trace:
    """CoreDNS has node DNS, and an agent that is told the cluster agent's name."""
    followed, _ = trace_file(EXAMPLE, DoctorOptions(), target)
    return followed
