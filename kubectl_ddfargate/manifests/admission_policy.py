"""The API server's own MutatingAdmissionPolicy (Kubernetes 1.36 and later), with its binding."""

from __future__ import annotations

from kubectl_ddfargate.manifests.conditions import match_conditions
from kubectl_ddfargate.manifests.json_patch import mutation
from kubectl_ddfargate.manifests.metadata import owned_metadata
from kubectl_ddfargate.manifests.pod_rule import match_constraints
from kubectl_ddfargate.model.design import POLICY, Design
from kubectl_ddfargate.model.objects import Desired


def objects(design: Design) -> tuple[Desired, ...]:
    """The policy, and the binding that puts it into force.

    Raises ValueError for a scope by the Fargate profile's label: it is set by a webhook, after native policies ran.
    """
    if design.scope.profile_label:
        raise ValueError("a native policy never sees the label of a Fargate profile")
    policy = {
        "apiVersion": design.policy_api_version,
        "kind": "MutatingAdmissionPolicy",
        "metadata": owned_metadata(POLICY),
        "spec": {
            "failurePolicy": "Ignore",
            # a webhook may add an agent afterwards, or change what was added: then it is looked at again
            "reinvocationPolicy": "IfNeeded",
            "matchConstraints": match_constraints(design.scope),
            "matchConditions": match_conditions(design),
            "mutations": [mutation(design)],
        },
    }
    binding = {
        "apiVersion": design.policy_api_version,
        "kind": "MutatingAdmissionPolicyBinding",
        "metadata": owned_metadata(POLICY),
        "spec": {"policyName": POLICY},
    }
    return (
        Desired(policy, "injects the agent into new pods, by the API server", "admission_policy"),
        Desired(binding, "puts the policy into force", "admission_policy"),
    )
