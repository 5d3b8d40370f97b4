"""How an object is written so that kubectl takes it."""

from __future__ import annotations

import shlex

from kubectl_ddfargate.model.report import Subject, WorkloadRow


def reference(subject: Subject | WorkloadRow) -> str:
    """`deployment/coredns`: short, for people."""
    return f"{subject.kind.lower()}/{subject.name}"


def full_reference(subject: Subject) -> str:
    """`deployment.apps/coredns`: with its group, so that no other kind of that name is meant."""
    group, slash, _ = subject.api_version.rpartition("/")
    kind = f"{subject.kind.lower()}.{group}" if slash else subject.kind.lower()
    return shlex.quote(f"{kind}/{subject.name}")


def namespace_flag(namespace: str) -> str:
    """`-n kube-system`, or nothing for what has no namespace."""
    return f"-n {shlex.quote(namespace)}" if namespace else ""
