"""An error as a document: the contract of `-o json` and `-o yaml` where a command ends without an answer."""

from __future__ import annotations

from kubectl_ddfargate.model.report import API_VERSION, Part


class Error(Part, frozen=True, kw_only=True):
    """Why there is no answer."""

    api_version: str = API_VERSION
    kind: str = "Error"
    message: str
    """What is wrong."""
    hint: str | None
    """What to do next."""
    exit_code: int
    """That of the process: docs/exit-codes.md."""
