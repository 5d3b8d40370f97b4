"""`doctor TYPE/NAME`: one workload, end to end."""

from kubectl_ddfargate.commands.tracing.trace import trace_file, trace_live

__all__ = ["trace_file", "trace_live"]
