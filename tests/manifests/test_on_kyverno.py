"""Kyverno's policies, carried out by the real Kyverno."""

from __future__ import annotations

import pytest

from tests.manifests.behaviour import Behaviour


@pytest.mark.usefixtures("kyverno")
class TestMutatingPolicy(Behaviour):
    """By the newer kind."""

    kind = "MutatingPolicy"


@pytest.mark.usefixtures("kyverno")
class TestClusterPolicy(Behaviour):
    """By the older kind."""

    kind = "ClusterPolicy"
