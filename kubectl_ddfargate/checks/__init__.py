"""The checks of doctor. To add one: a function in the file of its topic, and a folder of cases in the tests."""

from kubectl_ddfargate.checks import (
    access,
    cluster_agent,
    credentials,
    dns,
    fargate,
    fit,
    injection,
    literals,
    rights,
    route,
    services,
    settings,
)
from kubectl_ddfargate.checks.registry import REGISTRY, Check, Problem

TOPICS = (
    access,
    dns,
    fargate,
    route,
    cluster_agent,
    services,
    injection,
    credentials,
    literals,
    rights,
    settings,
    fit,
)

CHECKS: tuple[Check, ...] = tuple(REGISTRY[id_] for id_ in sorted(REGISTRY))
"""All checks, by id."""

BY_ID = dict(REGISTRY)

__all__ = ["BY_ID", "CHECKS", "TOPICS", "Check", "Problem"]
