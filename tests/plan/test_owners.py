"""Who looks after an object."""

from __future__ import annotations

from typing import Any

import pytest

from kubectl_ddfargate.model.objects import MANAGED_BY, MANAGER
from kubectl_ddfargate.plan.owners import owner_of
from tests.plan.objects import OURS, service


@pytest.mark.parametrize(
    ("metadata", "owner"),
    [
        ({}, ""),
        ({"labels": {MANAGED_BY: MANAGER}, "managedFields": [OURS]}, ""),
        ({"labels": {"argocd.argoproj.io/instance": "x"}}, "argocd"),
        ({"annotations": {"argocd.argoproj.io/tracking-id": "x"}}, "argocd"),
        ({"labels": {"kustomize.toolkit.fluxcd.io/name": "x"}}, "flux"),
        ({"labels": {"helm.toolkit.fluxcd.io/name": "x", MANAGED_BY: "Helm"}}, "flux"),
        ({"labels": {MANAGED_BY: "Helm"}}, "helm"),
        ({"annotations": {"meta.helm.sh/release-name": "x"}}, "helm"),
        ({"labels": {"eks.amazonaws.com/component": "coredns"}}, "eks"),
        ({"labels": {MANAGED_BY: "pulumi"}}, "pulumi"),
        ({"managedFields": [OURS, {"manager": "kustomize-controller"}]}, "flux"),
        ({"managedFields": [{"manager": "kubectl-client-side-apply"}]}, "kubectl-client-side-apply"),
        ({"managedFields": [OURS, {"manager": "kube-controller-manager"}]}, ""),
        ({"managedFields": [OURS, {"manager": "operator", "subresource": "status"}]}, ""),
        # what a label says of its hand beats who wrote last
        ({"labels": {MANAGED_BY: "Helm"}, "managedFields": [{"manager": "kubectl-edit"}]}, "helm"),
    ],
)
def test_owner(metadata: dict[str, Any], owner: str) -> None:
    assert owner_of(service(**metadata)) == owner
