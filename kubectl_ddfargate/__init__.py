"""kubectl ddfargate: Datadog on EKS Fargate, diagnosed and cured."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("kubectl-ddfargate")
except PackageNotFoundError:  # running from a tree that was never installed
    __version__ = "0+unknown"
