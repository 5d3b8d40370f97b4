"""The trace of a workload of the story's second stage, in which a webhook of an unknown hand injects."""

from __future__ import annotations

from pathlib import Path

from kubectl_ddfargate.commands.doctor import DoctorOptions
from kubectl_ddfargate.commands.tracing import trace_file
from kubectl_ddfargate.model.trace import Trace

EXAMPLE = Path(__file__).with_name("story.snapshot.gz")
COREDNS = "kube-system/deployment/coredns"
BROKEN = "name resolution"


def trace_of(target: str = COREDNS) -> Trace:
    """CoreDNS has node DNS, and an agent that is told the cluster agent's name."""
    followed, _ = trace_file(EXAMPLE, DoctorOptions(), target)
    return followed
