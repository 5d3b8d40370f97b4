"""What is said about a setting that cannot be used. A value is shown only where it cannot be a credential."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from kubectl_ddfargate.errors import UsageError
from kubectl_ddfargate.model.secret_words import without_secrets

PAGE = "kubectl ddfargate install --help lists all settings"


def problem(place: str, text: str, *, hint: str = PAGE) -> UsageError:
    """An error that begins with where the value stands: `ddfargate.yaml: clusterAgent.ip`, `--site`."""
    return UsageError(f"{place}: {text}", hint=hint)


def shown(value: object) -> str:
    """A value in quotes, with what may be a credential as `…`."""
    return f'"{without_secrets(str(value))}"'


def meant(word: str, known: Iterable[str], *, likeness: float = 0.6) -> str:
    """`; did you mean "clusterAgent"?`, or nothing where no known word is near. Case does not matter."""
    by_case = {name.lower(): name for name in known}
    near = difflib.get_close_matches(word.lower(), by_case, n=1, cutoff=likeness)
    return f'; did you mean "{by_case[near[0]]}"?' if near else ""
