"""The list of the checks: the contract of `checks -o json`."""

from __future__ import annotations

from kubectl_ddfargate.model.report import API_VERSION, Category, Part, Severity


class CheckItem(Part, frozen=True, kw_only=True):
    """One check."""

    id: str
    title: str
    severity: Severity
    category: Category
    needs: tuple[str, ...]
    """What it reads: `pods`, `networkpolicies.networking.k8s.io`."""
    since: str
    """The version of the tool that had it first."""


class CheckList(Part, frozen=True, kw_only=True):
    """All checks of doctor, in the order in which they are reported."""

    api_version: str = API_VERSION
    kind: str = "CheckList"
    items: tuple[CheckItem, ...]
