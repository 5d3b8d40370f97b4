"""RBAC objects: read only where the server will not review access for somebody else."""

from __future__ import annotations

import msgspec

from kubectl_ddfargate.model.kube.meta import Object, Record


class PolicyRule(Record, frozen=True):
    """One rule of a role."""

    api_groups: list[str] | None = None
    resources: list[str] | None = None
    resource_names: list[str] | None = None
    verbs: list[str] | None = None


class ClusterRole(Object, frozen=True):
    """A cluster role."""

    rules: list[PolicyRule] | None = None


class RbacSubject(Record, frozen=True):
    """Who a binding binds."""

    kind: str | None = None
    name: str | None = None
    namespace: str | None = None


class RoleRef(Record, frozen=True):
    """The role that a binding gives."""

    kind: str | None = None
    name: str | None = None


class ClusterRoleBinding(Object, frozen=True):
    """Gives a cluster role to subjects."""

    role_ref: RoleRef = msgspec.field(default_factory=RoleRef)
    subjects: list[RbacSubject] | None = None
