"""Kyverno's MutatingPolicy (Kyverno 1.16 and later)."""

from __future__ import annotations

from kubectl_ddfargate.manifests.conditions import match_conditions
from kubectl_ddfargate.manifests.json_patch import mutation
from kubectl_ddfargate.manifests.metadata import owned_metadata
from kubectl_ddfargate.manifests.pod_rule import match_constraints
from kubectl_ddfargate.model.design import POLICY, Design
from kubectl_ddfargate.model.objects import Desired


def objects(design: Design) -> tuple[Desired, ...]:
    """The policy."""
    manifest = {
        "apiVersion": design.policy_api_version,
        "kind": "MutatingPolicy",
        "metadata": owned_metadata(POLICY),
        "spec": {
            # `Fail` would keep pods from starting, CoreDNS among them, while Kyverno is down
            "failurePolicy": "Ignore",
            "webhookConfiguration": {"timeoutSeconds": 5},
            "evaluation": {
                "admission": {"enabled": True},
                "background": {"enabled": False},
                "mutateExisting": {"enabled": False},
            },
            # Kyverno rewrites a policy for Deployments and the like otherwise, but not its JSON patches
            "autogen": {"podControllers": {"controllers": []}},
            "matchConstraints": match_constraints(design.scope),
            "matchConditions": match_conditions(design),
            "mutations": [mutation(design)],
        },
    }
    return (Desired(manifest, "injects the agent into new pods, by Kyverno", "kyverno"),)
