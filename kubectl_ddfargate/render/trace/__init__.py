"""The chain of one workload, for people."""

from kubectl_ddfargate.render.trace.text import render

__all__ = ["render"]
