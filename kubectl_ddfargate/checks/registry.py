"""Checks as data: an id, what it needs, what it looks at, and one pure function that judges."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.model.kinds import Kind
from kubectl_ddfargate.model.kube.pods import Pod
from kubectl_ddfargate.model.report import Category, Evidence, Fix, Severity, Subject

DOCS = "kubectl ddfargate explain {id}"


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """What a check found wrong with one thing that it looked at."""

    message: str
    """One sentence that names the cause, not the subject: the same cause elsewhere is the same finding."""
    evidence: tuple[Evidence, ...] = ()
    fix: Fix = msgspec.field(default_factory=Fix)
    cause: str = ""
    """Problems with the same cause become one finding. The message serves where it is empty."""
    pods: tuple[Pod, ...] | None = None
    """The pods concerned, where they are not all of the subject's."""
    subjects: tuple[Subject, ...] | None = None
    """Who is concerned, where it is not the thing that was looked at."""
    severity: Severity | None = None
    """Where it is not the check's own."""


Judge = Callable[[Index, Any], Problem | None]
Over = Callable[[Index], Iterable[Any]]


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One check. `judge` is called for each thing that `over` gives; no thing at all means `skip`."""

    id: str
    title: str
    """What is true where the check passes."""
    trouble: str
    """What is true where it fires: the title of its findings."""
    severity: Severity
    category: Category
    needs: tuple[Kind, ...]
    over: Over
    nothing: str
    """Why it is skipped where there is nothing to look at."""
    judge: Judge
    page: str
    """Symptom, reason, how it is verified, cure, sources: the judge's docstring."""
    since: str

    @property
    def docs(self) -> str:
        """How the page can be read; the same text stands in docs/checks/."""
        return DOCS.format(id=self.id)


REGISTRY: dict[str, Check] = {}


def check(
    id_: str,
    title: str,
    *,
    trouble: str,
    severity: Severity,
    category: Category,
    over: Over,
    needs: tuple[Kind, ...] = (),
    nothing: str = "no Fargate pods",
    since: str = "0.1.0",
) -> Callable[[Judge], Judge]:
    """Register the decorated function as the judge of a check. An id is given once and never again."""

    def register(judge: Judge) -> Judge:
        if id_ in REGISTRY:
            raise ValueError(f"check {id_} stands twice in the registry")
        REGISTRY[id_] = Check(
            id=id_,
            title=title,
            trouble=trouble,
            severity=severity,
            category=category,
            needs=needs,
            over=over,
            nothing=nothing,
            judge=judge,
            page=inspect.getdoc(judge) or "",
            since=since,
        )
        return judge

    return register
