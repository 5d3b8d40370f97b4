"""The shape of a settings file: known keys only, each with the kind of value that it takes.

msgspec says so too, but with the value in its message and without the name that was meant.
"""

from __future__ import annotations

from typing import Any

from msgspec import inspect

from kubectl_ddfargate.commands.settings_problems import meant, problem, shown
from kubectl_ddfargate.model.settings import InstallSettings

_FOUND = {bool: "true or false", int: "a number", float: "a number", str: "text", list: "a list", dict: "keys"}
_QUOTES = "put it in quotes"


def shaped(document: Any, name: str) -> dict[str, Any]:
    """The document without its empty keys. Raises UsageError that names the file and the path."""
    found: dict[str, Any] = _read(document, inspect.type_info(InstallSettings), name, "")
    return found


def _read(value: Any, kind: inspect.Type, name: str, path: str) -> Any:
    kinds = [one for one in _alternatives(kind) if not isinstance(one, inspect.NoneType)]
    for one in kinds:
        match one, value:
            case inspect.StructType(), dict():
                return _struct(value, one, name, path)
            case inspect.DictType(), dict():
                return _map(value, name, path)
            case inspect.ListType(), list():
                return [_read(item, one.item_type, name, f"{path}[{number}]") for number, item in enumerate(value)]
            case inspect.LiteralType(), str():
                return _choice(value, one, name, path)
            case (inspect.StrType(), str()) | (inspect.BoolType(), bool()):
                return value
            case inspect.IntType(), int() if not isinstance(value, bool):
                return value
    raise _wrong(value, kinds, name, path)


def _alternatives(kind: inspect.Type) -> tuple[inspect.Type, ...]:
    return kind.types if isinstance(kind, inspect.UnionType) else (kind,)


def _struct(value: dict[Any, Any], kind: inspect.StructType, name: str, path: str) -> dict[str, Any]:
    fields = {field.encode_name: field for field in kind.fields}
    dot = f"{path}." if path else ""
    for key in value:
        if key not in fields:
            raise problem(
                name,
                f"{dot}{shown(key)[1:-1]} is not known{meant(str(key), fields)}",
                hint=f"known {f'under {path}' if path else 'there'}: {', '.join(fields)}",
            )
    for key, field in fields.items():
        if field.required and value.get(key) is None:
            raise problem(name, f"{dot}{key} is missing")
    # A key without a value is a section whose lines are all comments.
    return {
        key: _read(item, fields[key].type, name, f"{dot}{key}") for key, item in value.items() if item is not None
    }


def _map(value: dict[Any, Any], name: str, path: str) -> dict[str, str]:
    for key, item in value.items():
        if not isinstance(key, str):
            raise problem(f"{name}: {path}", f"{shown(key)} is no name", hint=_QUOTES)
        if not isinstance(item, str):
            place = f"{name}: {path}.{shown(key)[1:-1]}"
            raise problem(place, f"text is wanted, {_found(item)} was found", hint=_QUOTES)
    return dict(value)


def _choice(value: str, kind: inspect.LiteralType, name: str, path: str) -> str:
    words = [str(word) for word in kind.values]
    if value not in words:
        listed = " or ".join(sorted(words))
        raise problem(f"{name}: {path}", f"{shown(value)} is not {listed}{meant(value, words)}")
    return value


def _wrong(value: Any, kinds: list[inspect.Type], name: str, path: str) -> Exception:
    wanted = " or ".join(dict.fromkeys(_wanted(one) for one in kinds))
    is_text = isinstance(kinds[0], inspect.StrType) and isinstance(value, (bool, int, float))
    place = f"{name}: {path}" if path else name
    text = f"{wanted} {'are' if wanted == 'keys' else 'is'} wanted, {_found(value)} was found"
    return problem(place, text, hint=_QUOTES) if is_text else problem(place, text)


def _wanted(kind: inspect.Type) -> str:
    match kind:
        case inspect.StructType() | inspect.DictType():
            return "keys"
        case inspect.ListType():
            return "a list"
        case inspect.BoolType():
            return "true or false"
        case inspect.IntType():
            return "a whole number"
        case inspect.LiteralType():
            return " or ".join(sorted(str(word) for word in kind.values))
    return "text"


def _found(value: Any) -> str:
    return "nothing" if value is None else _FOUND.get(type(value), "something else")
