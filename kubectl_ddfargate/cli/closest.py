"""`; did you mean "doctor"?`"""

from __future__ import annotations

from collections.abc import Iterable


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The end of an error's sentence, or nothing where no known name is near."""
    from kubectl_ddfargate.model.nearest_name import nearest_name

    near = nearest_name(word, known)
    return f'; did you mean "{near}"?' if near else ""
