"""By what a pod is known to be Fargate's (EKS user guide, fargate-getting-started)."""

from __future__ import annotations

PROFILE_LABEL = "eks.amazonaws.com/fargate-profile"
"""Set by Fargate's own webhook on the pods that it takes."""
SCHEDULER = "fargate-scheduler"
"""`spec.schedulerName`, set by the same."""
