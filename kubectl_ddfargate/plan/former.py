"""What a write changes, as two merge patches: the way there and the way back. Pure.

Former values are kept on the object itself, so a value that looks like a credential is left out of both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from kubectl_ddfargate.plan.compare import comparable
from kubectl_ddfargate.plan.masking import hidden

Patch = dict[str, Any]
"""A JSON merge patch (RFC 7386): null takes a key away, a list is replaced as a whole."""


class Kept(msgspec.Struct, frozen=True):
    """Former values and what took their place, key by key."""

    before: Patch
    after: Patch
    lost: tuple[str, ...] = ()
    """Paths whose former values hold a credential, and are kept nowhere."""


class WayBack(msgspec.Struct, frozen=True):
    """How an object gets its former values again."""

    patch: Patch
    touched: Patch
    """Former values of what somebody else has changed since: left to the reader."""


def differences(live: Mapping[str, Any], answered: Mapping[str, Any], *, hide: bool = True) -> Kept:
    """What an apply changes: exactly that, without what the server alone writes.

    `hide`: without credentials, as it may be kept.
    """
    before, after = _differing(_labels_apart(live), _labels_apart(answered))
    lost = tuple(_without_credentials(before, after, hidden(before, after, secret=False), "")) if hide else ()
    return Kept(before, after, lost)


def replaced_only(kept: Kept) -> Kept:
    """Only what had a value before: of somebody else's object the rest goes with our fields."""
    before = _without_nulls(kept.before)
    return Kept(before, _beside(kept.after, before), kept.lost)


def together(first: Kept, later: Kept) -> Kept:
    """Of two writes: the values from before the first, and what now stands there."""
    lost = tuple(dict.fromkeys((*first.lost, *later.lost)))
    return Kept(_merged(later.before, first.before), _merged(first.after, later.after), lost)


def way_back(kept: Kept, live: Mapping[str, Any]) -> WayBack:
    """To the former values, where what we wrote still stands; what is as before already needs nothing."""
    return WayBack(*_back(kept.before, kept.after, live))


def within(patch: Mapping[str, Any], manifest: Mapping[str, Any]) -> Patch:
    """The part of a patch that touches what a manifest sets."""
    found: Patch = {}
    for key, value in patch.items():
        wanted = manifest.get(key)
        if isinstance(value, Mapping) and isinstance(wanted, Mapping):
            if part := within(value, wanted):
                found[key] = part
        elif key in manifest:
            found[key] = value
    return found


def paths(patch: Mapping[str, Any], start: str = "") -> Iterator[str]:
    """`spec.rules`, for each value of a patch."""
    for key, value in patch.items():
        if isinstance(value, Mapping) and value:
            yield from paths(value, f"{start}{key}.")
        else:
            yield f"{start}{key}"


def _labels_apart(manifest: Mapping[str, Any]) -> Patch:
    """Labels and annotations are taken one by one, also where there were none: others add to them."""
    found = comparable(manifest)
    metadata = {**found["metadata"]}
    for marks in ("labels", "annotations"):
        metadata[marks] = metadata.get(marks) or {}
    return {**found, "metadata": metadata}


def _differing(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Patch, Patch]:
    before: Patch = {}
    after: Patch = {}
    for key in {**old, **new}:
        one, other = old.get(key), new.get(key)
        if one == other:
            continue
        if isinstance(one, Mapping) and isinstance(other, Mapping):
            before[key], after[key] = _differing(one, other)
        else:
            before[key], after[key] = one, other
    return before, after


def _without_credentials(before: Patch, after: Patch, shown: tuple[Any, Any], start: str) -> Iterator[str]:
    """Take out of both what is not shown as it is; the paths of that."""
    old, new = shown
    for key in list(before):
        if isinstance(before[key], dict) and isinstance(after[key], dict):
            yield from _without_credentials(before[key], after[key], (old[key], new[key]), f"{start}{key}.")
        elif (old[key], new[key]) != (before[key], after[key]):
            del before[key], after[key]
            yield f"{start}{key}"


def _without_nulls(patch: Mapping[str, Any]) -> Patch:
    found: Patch = {}
    for key, value in patch.items():
        part = _without_nulls(value) if isinstance(value, Mapping) else value
        if part is not None and part != {}:
            found[key] = part
    return found


def _beside(patch: Mapping[str, Any], chosen: Mapping[str, Any]) -> Patch:
    return {
        key: _beside(patch[key], value)
        if isinstance(value, Mapping) and isinstance(patch.get(key), Mapping)
        else patch.get(key)
        for key, value in chosen.items()
    }


def _merged(lower: Mapping[str, Any], upper: Mapping[str, Any]) -> Patch:
    found = dict(lower)
    for key, value in upper.items():
        under = found.get(key)
        both = isinstance(under, Mapping) and isinstance(value, Mapping)
        found[key] = _merged(under, value) if both else value  # type: ignore[arg-type]
    return found


def _back(before: Mapping[str, Any], after: Mapping[str, Any], live: Mapping[str, Any]) -> tuple[Patch, Patch]:
    patch: Patch = {}
    touched: Patch = {}
    for key, old in before.items():
        new, now = after.get(key), live.get(key)
        if isinstance(old, Mapping) and isinstance(new, Mapping) and isinstance(now or {}, Mapping):
            one, other = _back(old, new, now or {})
            patch.update({key: one} if one else {})
            touched.update({key: other} if other else {})
        elif now == new:
            patch[key] = old
        elif now != old:
            touched[key] = old
    return patch, touched
