"""What of a cluster is ours: by our label and our field manager, both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kubectl_ddfargate.cluster.objects import Objects
from kubectl_ddfargate.model.objects import MANAGER, ObjectRef, ref_of

_POLICIES = (
    ("admissionregistration.k8s.io/v1", "MutatingAdmissionPolicyBinding"),
    ("admissionregistration.k8s.io/v1", "MutatingAdmissionPolicy"),
    ("policies.kyverno.io/v1", "MutatingPolicy"),
    ("policies.kyverno.io/v1beta1", "MutatingPolicy"),
    ("kyverno.io/v1", "ClusterPolicy"),
)
_REST = (
    ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding"),
    ("rbac.authorization.k8s.io/v1", "ClusterRole"),
    ("external-secrets.io/v1", "ExternalSecret"),
    ("v1", "Secret"),
    ("v1", "Service"),
)
_SHARED = ("datadoghq.com/v2alpha1", "DatadogAgent")


@dataclass(frozen=True)
class Owned:
    """One object that is ours, or of which some fields are."""

    ref: ObjectRef
    is_policy: bool
    is_ours: bool = True
    """False: only some fields of somebody else's object are ours."""
    spec: Mapping[str, Any] | None = None
    """Its `spec`, where it has one: a Service's address."""
    subjects: tuple[tuple[str, str], ...] = ()
    """Namespace and name of the ServiceAccounts of a binding."""

    def __repr__(self) -> str:
        """Without content."""
        return f"Owned({self.ref.address})"

    @property
    def why(self) -> str:
        """For the reader of a plan."""
        if not self.is_ours:
            return "our fields of it go; the rest is its owner's"
        return "our policy" if self.is_policy else "ours; kept while a running pod refers to it"

    @property
    def verb(self) -> str:
        """What is said after it went."""
        return "deleted" if self.is_ours else "configured"

    def release(self, objects: Objects) -> None:
        """Delete it, or give up our fields of it."""
        if self.is_ours:
            objects.delete(self.ref)
        else:
            objects.apply(
                {
                    "apiVersion": self.ref.api_version,
                    "kind": self.ref.kind,
                    "metadata": {"name": self.ref.name, "namespace": self.ref.namespace},
                }
            )


def owned_objects(objects: Objects) -> tuple[Owned, ...]:
    """All that is ours, policies first."""
    found: dict[tuple[str, str, str], Owned] = {}
    for kinds, is_policy in ((_POLICIES, True), (_REST, False)):
        for live in objects.list_owned(kinds):
            if has_our_fields(live):
                ref = ref_of(live)
                found.setdefault((ref.kind, ref.namespace, ref.name), _owned(live, ref, is_policy=is_policy))
    for live in objects.list_all(_SHARED):
        if has_our_fields(live):
            ref = ref_of(live)
            found[ref.kind, ref.namespace, ref.name] = Owned(ref, is_policy=True, is_ours=False)
    return tuple(sorted(found.values(), key=lambda one: not one.is_policy))


def has_our_fields(live: Mapping[str, Any]) -> bool:
    """Whether our field manager owns something of it."""
    return any(
        entry.get("manager") == MANAGER and entry.get("operation") == "Apply"
        for entry in live["metadata"].get("managedFields") or ()
    )


def _owned(live: Mapping[str, Any], ref: ObjectRef, *, is_policy: bool) -> Owned:
    subjects = tuple((one.get("namespace", ""), one["name"]) for one in live.get("subjects") or ())
    return Owned(ref, is_policy, spec=live.get("spec"), subjects=subjects)
