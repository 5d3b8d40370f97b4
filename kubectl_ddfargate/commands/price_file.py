"""Reads a file of prices (`--price-file`). An error names the file and the key, and what is wanted there."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from kubectl_ddfargate.commands.settings_file import one_document
from kubectl_ddfargate.commands.settings_problems import meant, problem, shown
from kubectl_ddfargate.errors import UsageError
from kubectl_ddfargate.model.prices import Prices

EXAMPLE = "kind: Prices, currency: USD, region: us-east-1, date: 2026-09-20, perVcpuHour: 0.04, perGbHour: 0.004"
_KIND, _API_VERSION = "Prices", "ddfargate/v1alpha1"
_HINT = f"for example {EXAMPLE}; take the prices from AWS's page for your region"


def read_prices(path: Path) -> Prices:
    """The prices of a file. Raises UsageError that names what is wrong and where."""
    name = str(path)
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"{name} cannot be read: {error.strerror or 'unknown reason'}", hint="--price-file names your prices"
        ) from None
    document = one_document(raw, name)
    if not isinstance(document, dict):
        raise problem(name, "these are no prices", hint=_HINT)
    if document.get("kind") != _KIND:
        found = f"is {shown(document['kind'])}" if document.get("kind") else "is missing"
        raise problem(name, f"kind {found}; wanted is {_KIND}", hint=_HINT)
    if document.get("apiVersion", _API_VERSION) != _API_VERSION:
        raise problem(name, f"apiVersion is {shown(document['apiVersion'])}; this version reads {_API_VERSION}")
    return Prices(**_values(document, name))


def _values(document: Mapping[Any, Any], name: str) -> dict[str, Any]:
    known = ("apiVersion", "kind", *(key for key, _, _ in _KEYS))
    for key in document:
        if key not in known:
            raise problem(
                name, f"{shown(key)} is not known{meant(str(key), known)}", hint=f"known: {', '.join(known)}"
            )
    values = {}
    for key, field, read in _KEYS:
        if document.get(key) is None:
            raise problem(name, f"{key} is missing", hint=_HINT)
        try:
            values[field] = read(document[key])
        except ValueError as error:
            raise problem(f"{name}: {key}", f"{shown(document[key])} is not {error}", hint=_HINT) from None
    return values


def _currency(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch("[A-Z]{3}", value):
        raise ValueError("three capital letters, like USD")
    return value


def _region(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[a-z]{2}(-[a-z0-9]+)+-\d+", value):
        raise ValueError("a region of AWS, like us-east-1")
    return value


def _date(value: Any) -> str:
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise ValueError("a day, like 2026-09-20") from None


def _price(value: Any) -> Decimal:
    wanted = ValueError("a price above zero, like 0.04048")
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise wanted
    try:
        price = Decimal(str(value))
    except InvalidOperation:
        raise wanted from None
    if not price.is_finite() or price <= 0:
        raise wanted
    return price


_KEYS: tuple[tuple[str, str, Callable[[Any], Any]], ...] = (
    ("currency", "currency", _currency),
    ("region", "region", _region),
    ("date", "date", _date),
    ("perVcpuHour", "per_vcpu_hour", _price),
    ("perGbHour", "per_gb_hour", _price),
)
"""Key of the file, field of the record, and what reads it: a ValueError says what is wanted."""
