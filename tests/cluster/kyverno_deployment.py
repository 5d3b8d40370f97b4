"""The Deployment of Kyverno's admission controller, as its chart makes it. A pure function, the tests' own.

The engine of the tests runs beside the cluster and needs none; a test applies this to say how it fares.
"""

from __future__ import annotations

from .api import Manifest
from .fargate.fates import ANNOTATION
from .kyverno_settings import NAMESPACE

NAME = "kyverno-admission-controller"


def kyverno_deployment(*, replicas: int = 1, fate: str = "", version: str = "v1.19.1") -> Manifest:
    """`fate`: what becomes of its pods (`fargate.fates`), such as `unready`; they run where it is empty."""
    labels = {"app.kubernetes.io/component": "admission-controller", "app.kubernetes.io/part-of": "kyverno"}
    container = {"name": "kyverno", "image": f"reg.kyverno.io/kyverno/kyverno:{version}"}
    annotations = {f"{ANNOTATION}kyverno": fate} if fate else {}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": NAME, "namespace": NAMESPACE, "labels": labels},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": labels},
            "template": {
                "metadata": {"labels": labels, "annotations": annotations},
                "spec": {"containers": [container]},
            },
        },
    }
