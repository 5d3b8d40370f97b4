"""Where the parts of a JSON text stand, so that one part can be changed and the rest stays as it was written."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

import msgspec

_SPACE = re.compile(r"[ \t\r\n]*")


class Place(msgspec.Struct, frozen=True):
    """One value, from its first character to behind its last."""

    start: int
    end: int
    fields: dict[str, Place] = msgspec.field(default_factory=dict)
    items: tuple[Place, ...] = ()

    def at(self, *path: str | int) -> Place | None:
        """The value at a path of field names and numbers."""
        here: Place | None = self
        for step in path:
            if here is None:
                return None
            if isinstance(step, str):
                here = here.fields.get(step)
            else:
                here = here.items[step] if step < len(here.items) else None
        return here


def places(text: str) -> Place:
    """The places of a JSON text. Raises ValueError where it is none."""
    return _value(text, _skip(text, 0))


def without_items(text: str, array: Place, numbers: Iterable[int]) -> str:
    """The text without some items of an array, each with the comma that belongs to it."""
    gone = set(numbers)
    kept = [place for number, place in enumerate(array.items) if number not in gone]
    if not kept:
        return text[: array.start] + "[]" + text[array.end :]
    for number in sorted(gone, reverse=True):
        if number == 0:
            text = text[: array.items[0].start] + text[array.items[1].start :]
        elif all(before in gone for before in range(number)):
            # all that stands before goes too: the first that stays moves up to where the first stood
            text = text[: array.items[number].start] + text[array.items[number + 1].start :]
        else:
            text = text[: array.items[number - 1].end] + text[array.items[number].end :]
    return text


def with_item(text: str, array: Place, value: str) -> str:
    """The text with one more string at the end of an array."""
    added = json.dumps(value)
    if not array.items:
        return text[: array.start] + f"[{added}]" + text[array.end :]
    end = array.items[-1].end
    return f"{text[:end]},{added}{text[end:]}"


def _value(text: str, at: int) -> Place:
    if text[at : at + 1] == "{":
        return _object(text, at)
    if text[at : at + 1] == "[":
        return _array(text, at)
    _, end = json.JSONDecoder().raw_decode(text, at)
    return Place(at, end)


def _object(text: str, start: int) -> Place:
    found: dict[str, Place] = {}
    at = _skip(text, start + 1)
    while text[at : at + 1] != "}":
        name, end = json.JSONDecoder().raw_decode(text, at)
        at = _skip(text, _skip(text, end) + 1)
        found[str(name)] = place = _value(text, at)
        at = _next(text, place.end, "}")
    return Place(start, at + 1, fields=found)


def _array(text: str, start: int) -> Place:
    found: list[Place] = []
    at = _skip(text, start + 1)
    while text[at : at + 1] != "]":
        found.append(_value(text, at))
        at = _next(text, found[-1].end, "]")
    return Place(start, at + 1, items=tuple(found))


def _next(text: str, end: int, closing: str) -> int:
    at = _skip(text, end)
    if text[at : at + 1] == ",":
        return _skip(text, at + 1)
    if text[at : at + 1] != closing:
        raise ValueError("this is no JSON")
    return at


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at
