"""Pods that have security groups of their own. What those let through, the Kubernetes API does not know.

A SecurityGroupPolicy that takes a pod replaces the cluster's security group, and leaves the annotation
`fargate.amazonaws.com/pod-sg` (aws/amazon-vpc-resource-controller-k8s; EKS best practices, networking/sgpp).
"""

from __future__ import annotations

from collections.abc import Iterator

from kubectl_ddfargate.facts.cluster_agent import ClusterAgent
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.facts.selectors import selects
from kubectl_ddfargate.model.kinds import SECURITY_GROUP_POLICIES
from kubectl_ddfargate.model.kube.meta import LabelSelector
from kubectl_ddfargate.model.kube.pods import Pod

ANNOTATION = "fargate.amazonaws.com/pod-sg"


def groups_of_pods(index: Index, pods: tuple[Pod, ...]) -> Iterator[tuple[Pod, str]]:
    """The pods with security groups of their own, each with what says so. Raises NotReadError."""
    policies = index.all(SECURITY_GROUP_POLICIES) if index.snapshot.served(SECURITY_GROUP_POLICIES) else ()
    for pod in pods:
        annotations = pod.metadata.annotations
        if annotations is not None and annotations.pod_sg:
            yield pod, f"{ANNOTATION}: {annotations.pod_sg}"
            continue
        for policy in policies:
            if policy.namespace == pod.namespace and _takes(policy.spec.pod_selector, pod):
                ids = policy.spec.security_groups.group_ids if policy.spec.security_groups else None
                yield pod, f"SecurityGroupPolicy/{policy.name}: {', '.join(ids or ())}"
                break


def groups_of_cluster_agent(index: Index, agent: ClusterAgent) -> str:
    """What gives the cluster agent's pods security groups of their own; empty where nothing does."""
    return next((said for _, said in groups_of_pods(index, agent.pods)), "")


def _takes(selector: LabelSelector | None, pod: Pod) -> bool:
    return selector is not None and selects(selector, pod.labels)
