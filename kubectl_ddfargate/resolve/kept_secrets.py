"""Secrets of somebody else that serve as they are: told once for all namespaces, however many there are."""

from __future__ import annotations

from kubectl_ddfargate.model.design import SECRET
from kubectl_ddfargate.resolve.desk import Desk


class KeptSecrets:
    """Collects them by what there is to say of them."""

    def __init__(self) -> None:
        self._good: list[str] = []
        self._stale: dict[tuple[str, ...], list[str]] = {}

    def add(self, namespace: str, *, stale: list[str]) -> None:
        """One namespace. `stale`: the keys whose value is not what the cluster agent uses."""
        if stale:
            self._stale.setdefault(tuple(stale), []).append(namespace)
        else:
            self._good.append(namespace)

    def tell(self, desk: Desk) -> None:
        """One note for each meaning."""
        for keys, places in self._stale.items():
            one = len(places) == 1
            desk.warn(
                f"{_named(places)} {'is' if one else 'are'} not ours and {'is' if one else 'are'} left alone, but "
                f"{'its' if one else 'their'} {' and '.join(keys)} is not what the cluster agent uses; delete "
                f"{'it, and the next install makes a copy' if one else 'them, and the next install makes copies'}"
            )
        if self._good:
            one = len(self._good) == 1
            desk.inform(
                f"{_named(self._good)} {'is' if one else 'are'} there already and {'is' if one else 'are'} left "
                f"alone: {'it is' if one else 'they are'} not ours"
            )


def _named(places: list[str]) -> str:
    if len(places) == 1:
        return f"secret {places[0]}/{SECRET}"
    return f"{len(places)} secrets {SECRET} (in {', '.join(places)})"
