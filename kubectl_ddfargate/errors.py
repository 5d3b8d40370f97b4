"""The errors that a user may see, and the only place with exit numbers.

Every error says what is wrong and what to do next; the command line prints both and nothing else.
Nothing here may carry a Secret's value: messages are built from names, verbs and paths.
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What the process answers, the same for every output format."""

    GOOD = 0
    """Good, the same, or applied."""
    BAD = 1
    """The answer is no: a finding at or above --fail-on, a difference, a refused apply."""
    NO_ANSWER = 2
    """Could not answer: usage, kubeconfig, unreachable server, internal error."""
    PARTIAL = 3
    """Answered in part: at least one check is unknown."""
    INTERRUPTED = 130
    """Ended by the user."""


class DdfargateError(Exception):
    """The root. `message` names the thing that is wrong, `hint` the next step."""

    exit_code = ExitCode.NO_ANSWER

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(DdfargateError):
    """A flag or an argument that cannot be used."""


class KubeconfigError(DdfargateError):
    """The kubeconfig is missing, broken, or lacks what a flag names."""


class CredentialsError(DdfargateError):
    """Credentials were configured and could not be used. No request is sent without them."""


class UnreachableError(DdfargateError):
    """No answer: refused, timed out, not resolved, or not trusted by TLS."""


class BadAnswerError(DdfargateError):
    """An answer that is not the Kubernetes API's: a login page, a truncated body, wrong JSON."""


class SnapshotFileError(DdfargateError):
    """A snapshot file that cannot be read or written."""


class ApiError(DdfargateError):
    """The API server refused one request, with its own status.

    `status` is the HTTP code, `reason` the API's word for it (`Forbidden`, `NotFound`, …).
    """

    def __init__(self, message: str, *, status: int, reason: str = "", hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.status = status
        self.reason = reason


class ForbiddenError(ApiError):
    """403: the caller lacks the right."""


class NotFoundError(ApiError):
    """404: no such object, or no such resource."""


class ConflictError(ApiError):
    """409 of a server-side apply: other field managers hold fields that were to be set."""

    def __init__(
        self, message: str, *, managers: tuple[tuple[str, tuple[str, ...]], ...], hint: str | None = None
    ) -> None:
        super().__init__(message, status=409, reason="Conflict", hint=hint)
        self.managers = managers
        """Each manager with the paths of its fields: `helm`, (`.spec.ports`,)."""
