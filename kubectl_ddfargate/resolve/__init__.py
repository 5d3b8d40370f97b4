"""From a cluster and the user's settings to a Design: one file per question."""

from kubectl_ddfargate.resolve.build import Resolved, resolve

__all__ = ["Resolved", "resolve"]
