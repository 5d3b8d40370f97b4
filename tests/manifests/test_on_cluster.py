"""The native policy on the real API server: what pods of real controllers get."""

from __future__ import annotations

from tests.manifests.behaviour import Behaviour


class TestNative(Behaviour):
    """By MutatingAdmissionPolicy."""

    kind = "MutatingAdmissionPolicy"
