"""The name that somebody probably meant. Says nothing rather than something far-fetched."""

from __future__ import annotations

from collections.abc import Iterable

_PREFIX = 3
"""So many letters of a longer name are enough to mean it."""


def nearest_name(word: str, known: Iterable[str], *, within: bool = False) -> str | None:
    """The known name that is a slip of the keyboard away from `word`, or begins with it; None where none is.

    A slip is one letter more, less, other, or two that are swapped; a third of the letters may be slips. Case does
    not count. `within`: a name that holds the word is near too (an EKS context is an ARN that ends in what people
    type).
    """
    typed = word.lower()
    if not typed:
        return None
    names = sorted(known)
    slips = [(distance, name) for name in names if (distance := _slips(typed, name.lower())) is not None]
    if slips:
        # a common start decides a tie
        return min(slips, key=lambda one: (one[0], -_common(typed, one[1].lower())))[1]
    if len(typed) >= _PREFIX:
        longer = [name for name in names if name.lower().startswith(typed)]
        longer = longer or [name for name in names if within and typed in name.lower()]
        return min(longer, key=len, default=None)
    return None


def nearest_path(path: str, known: Iterable[str]) -> str | None:
    """The same for `NAMESPACE/KIND/NAME`: a name may stand in another place, or be a slip in nearly the same."""
    *place, name = path.lower().split("/")
    paths = [(one, one.lower().split("/")) for one in sorted(known)]
    same = [(one, parts) for one, parts in paths if parts[-1] == name]
    if same:
        # the namespace counts before the kind
        return max(same, key=lambda one: [a == b for a, b in zip(one[1], place, strict=False)])[0]
    beside = {
        parts[-1]: one
        for one, parts in paths
        if len(parts) == len(place) + 1
        and all(a == b or _slips(a, b) is not None for a, b in zip(place, parts, strict=False))
    }
    found = nearest_name(name, beside)
    return beside[found] if found is not None else None


def _slips(a: str, b: str) -> int | None:
    """How many slips lie between two words; None where they are too many for one to be the other."""
    most = max(1, min(len(a), len(b)) // 3)
    if abs(len(a) - len(b)) > most or min(len(a), len(b)) < 2:
        return None
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, letter in enumerate(a, 1):
        before, last, row = row, before, [i]
        for j, other in enumerate(b, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == b[j - 2] and a[i - 2] == other:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1] if row[-1] <= most else None


def _common(a: str, b: str) -> int:
    """How many letters both begin with."""
    return next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
