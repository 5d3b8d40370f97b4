"""The checks of doctor. To add one: a function in the file of its topic, and a folder of cases in the tests."""

from kubectl_ddfargate.checks import (
    access,
    agent_resources,
    cluster_agent,
    credentials,
    datadog_injection,
    dns,
    excluded,
    fargate,
    fit,
    https,
    images,
    in_force,
    injection,
    kyverno_kinds,
    left_out,
    literals,
    network,
    pitfalls,
    pod_fit,
    pod_security,
    rights,
    route,
    runtime,
    runtime_answers,
    services,
    settings,
    size,
    still_injected,
    tokens,
    unexplained,
)
from kubectl_ddfargate.checks.registry import REGISTRY, Check, Problem

TOPICS = (
    access,
    dns,
    fargate,
    route,
    cluster_agent,
    services,
    network,
    https,
    injection,
    in_force,
    excluded,
    kyverno_kinds,
    pitfalls,
    datadog_injection,
    unexplained,
    left_out,
    still_injected,
    credentials,
    tokens,
    literals,
    rights,
    settings,
    size,
    agent_resources,
    fit,
    images,
    pod_fit,
    pod_security,
    runtime,
    runtime_answers,
)

CHECKS: tuple[Check, ...] = tuple(REGISTRY[id_] for id_ in sorted(REGISTRY))
"""All checks, by id."""

BY_ID = dict(REGISTRY)

__all__ = ["BY_ID", "CHECKS", "TOPICS", "Check", "Problem"]
