"""The JSON Schema of the report, from the structs that it is made of."""

from __future__ import annotations

import ast
import inspect
import itertools
import json
from typing import Any

import msgspec

from kubectl_ddfargate.model import report
from kubectl_ddfargate.model.report import API_VERSION, Report

# What the structs keep as text, narrowed to the words of the contract.
_WORDS: dict[tuple[str, str], list[str]] = {
    ("WorkloadRow", "dns"): ["node", "cluster", "custom", "host"],
    ("WorkloadRow", "agent"): ["none", "sidecar", "native-sidecar", "several"],
    ("WorkloadRow", "injectedBy"): ["kyverno", "admission-policy", "datadog", "template", "unknown"],
    ("Endpoint", "source"): ["url", "service-env", "none"],
    ("Endpoint", "reaches"): ["cluster-agent", "other", "nothing", "unknown"],
}
_CONSTANTS = {("Report", "apiVersion"): API_VERSION, ("Report", "kind"): "Report"}


def report_schema() -> dict[str, Any]:
    """Draft 2020-12. Every key is required; unknown keys are allowed, for later versions may add some."""
    _, parts = msgspec.json.schema_components([Report], ref_template="#/$defs/{name}")
    for part in parts.values():
        if "properties" in part:
            part["required"] = list(part["properties"])
            for field in part["properties"].values():
                field.pop("default", None)
    for (name, field), text in _texts().items():
        parts[name]["properties"][field]["description"] = text
    for (part, field), words in _WORDS.items():
        _narrow(parts[part]["properties"][field], words)
    for (part, field), value in _CONSTANTS.items():
        parts[part]["properties"][field] = {"const": value}
    for value in ("errors", "warnings", "fail", "skip", "unknown", "suppressed", "pass"):
        parts["Summary"]["properties"][value]["minimum"] = 0
    top = parts.pop("Report")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Report of kubectl ddfargate doctor",
        **{key: value for key, value in top.items() if key != "title"},
        "$defs": dict(sorted(parts.items())),
    }


def report_schema_text() -> str:
    """The file in the package's data."""
    return json.dumps(report_schema(), indent=2, ensure_ascii=False) + "\n"


def _narrow(field: dict[str, Any], words: list[str]) -> None:
    """Replace the type by the words; one that may be null stays so."""
    nullable = field.pop("anyOf", None) is not None
    field.pop("type", None)
    field["enum"] = [*words, None] if nullable else words


def _texts() -> dict[tuple[str, str], str]:
    """What stands as a string under a field of a struct is its description."""
    found: dict[tuple[str, str], str] = {}
    for node in ast.parse(inspect.getsource(report)).body:
        if not isinstance(node, ast.ClassDef):
            continue
        for field, text in itertools.pairwise(node.body):
            match field, text:
                case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(words))):
                    found[node.name, msgspec_name(node.name, name)] = " ".join(words.split())
    return found


def msgspec_name(struct: str, field: str) -> str:
    """The key of a field in JSON."""
    fields = msgspec.structs.fields(getattr(report, struct))
    return next(one.encode_name for one in fields if one.name == field)
