"""Reads `kubectl.kubernetes.io/last-applied-configuration` for what checks need, and drops the rest.

The annotation is a second copy of a whole object, credentials and all. Two things matter in it: which
credential variables stand there as plain text, and whether a Service's `clusterIP` was asked for.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from kubectl_ddfargate.model.cel_text import read_expression
from kubectl_ddfargate.model.redaction import CREDENTIAL_VARIABLES, is_reference


class LastApplied(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, gc=False):
    """What stood in the annotation."""

    credentials: tuple[str, ...] = ()
    """Names of the credential variables that are written there in clear."""
    cluster_ip: bool = False
    """Whether `spec.clusterIP` was part of what was applied, and was an address."""


def read_last_applied(text: str) -> LastApplied:
    """Read the annotation; one that is no JSON object tells nothing."""
    try:
        applied = msgspec.json.decode(text)
    except msgspec.DecodeError:
        return LastApplied()
    found = sorted(set(_literals(applied)))
    spec = applied.get("spec") if isinstance(applied, dict) else None
    pinned = isinstance(spec, dict) and spec.get("clusterIP") not in (None, "", "None")
    return LastApplied(tuple(found), pinned)


def _literals(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        expression = node.get("expression")
        if isinstance(expression, str):  # of a policy
            yield from (one.name for one in read_expression(expression).variables if one.literal is not None)
        name, value = node.get("name"), node.get("value")
        if isinstance(value, str) and name in CREDENTIAL_VARIABLES and value and not is_reference(value):
            yield str(name)
        for child in node.values():
            yield from _literals(child)
    elif isinstance(node, list):
        for child in node:
            yield from _literals(child)
