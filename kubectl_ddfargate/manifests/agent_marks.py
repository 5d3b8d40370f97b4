"""By what a container is known as an agent: the marks of `facts/agents.py`, as regular expressions of RE2."""

from __future__ import annotations

NAMES = ("datadog-agent", "datadog-agent-injected")
VARIABLES = ("DD_EKS_FARGATE", "DD_KUBERNETES_KUBELET_NODENAME")
"""Only agents on Fargate have them."""

AGENT_IMAGE = "^([^@]*/)?(datadog-)?agent(:[^/@]*)?(@.*)?$"
DATADOG_IMAGE = "^[^@]*datadog"
"""The `agent` of another maker is none of ours."""
CLUSTER_AGENT_IMAGE = "^([^@]*/)?cluster-agent(:[^/@]*)?(@.*)?$"
"""Whatever it is called, it is no agent of its pod."""
