"""Asks the server whether somebody may do something: SelfSubjectAccessReview and SubjectAccessReview.

Nothing is tried, and nothing is kept by the server.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from kubectl_ddfargate.cluster.gateway import Gateway
from kubectl_ddfargate.model.kube.meta import Record

_GROUP = "authorization.k8s.io/v1"
_OWN, _OTHERS = "SelfSubjectAccessReview", "SubjectAccessReview"


class Permission(msgspec.Struct, frozen=True):
    """One verb on one resource: what RBAC gives."""

    verb: str
    resource: str
    """The plural: `deployments`."""
    group: str = ""
    namespace: str = ""
    """Empty: in all namespaces, or of what has none."""
    name: str = ""
    """Empty: whatever it is called."""
    subresource: str = ""

    @property
    def told(self) -> str:
        """`create clusterroles.rbac.authorization.k8s.io`, `patch services -n datadog`."""
        resource = f"{self.resource}.{self.group}" if self.group else self.resource
        return f"{self.verb} {resource}" + (f" -n {self.namespace}" if self.namespace else "")

    @property
    def attributes(self) -> dict[str, str]:
        """As a review spells it."""
        every = {
            "verb": self.verb,
            "group": self.group,
            "resource": self.resource,
            "subresource": self.subresource,
            "namespace": self.namespace,
            "name": self.name,
        }
        return {key: value for key, value in every.items() if value}


class _Status(Record, frozen=True):
    allowed: bool = False


class _Review(Record, frozen=True):
    status: _Status


def caller_may(gateway: Gateway, permission: Permission) -> bool:
    """Whether the caller may. Every authenticated user may ask this; raises as the gateway does."""
    return _allowed(gateway, _OWN, {}, permission)


def account_may(gateway: Gateway, namespace: str, account: str, permission: Permission) -> bool:
    """Whether a ServiceAccount may. Raises ForbiddenError where the caller may not ask for others."""
    groups = ["system:serviceaccounts", f"system:serviceaccounts:{namespace}", "system:authenticated"]
    subject = {"user": f"system:serviceaccount:{namespace}:{account}", "groups": groups}
    return _allowed(gateway, _OTHERS, subject, permission)


def _allowed(gateway: Gateway, kind: str, subject: Mapping[str, Any], permission: Permission) -> bool:
    body = {
        "apiVersion": _GROUP,
        "kind": kind,
        "spec": {**subject, "resourceAttributes": permission.attributes},
    }
    path = f"/apis/{_GROUP}/{kind.lower()}s"
    return gateway.post(path, body, _Review, idempotent=True).status.allowed
