"""The JSON Schemas of what is printed as JSON, from the structs behind it."""

from __future__ import annotations

import ast
import inspect
import itertools
import json
from types import ModuleType
from typing import Any

import msgspec

from kubectl_ddfargate.model import check_list, failure, plan, probe, report, trace, version
from kubectl_ddfargate.model.check_list import CheckList
from kubectl_ddfargate.model.failure import Error
from kubectl_ddfargate.model.plan import Plan
from kubectl_ddfargate.model.probe import ProbeReport
from kubectl_ddfargate.model.report import API_VERSION, Report
from kubectl_ddfargate.model.trace import Trace
from kubectl_ddfargate.model.version import Version

# What the structs keep as text, narrowed to the words of the contract.
_WORDS: dict[tuple[str, str], list[str]] = {
    ("WorkloadRow", "dns"): ["node", "cluster", "custom", "host"],
    ("WorkloadRow", "agent"): ["none", "sidecar", "native-sidecar", "several"],
    ("WorkloadRow", "injectedBy"): ["kyverno", "admission-policy", "datadog", "template", "unknown"],
    ("Endpoint", "source"): ["url", "service-env", "none"],
    ("Trace", "dns"): ["node", "cluster", "custom", "host", "unknown"],
    ("StepPart", "step"): ["endpoint", "proxy", "resolve", "tcp", "tls", "version", "kubelet"],
    ("StepPart", "result"): ["ok", "failed", "untested"],
    ("ProbedPod", "outcome"): ["answered", "untestable", "silent", "unread"],
    ("Plan", "action"): ["install", "uninstall"],
    ("Endpoint", "reaches"): ["cluster-agent", "other", "nothing", "unknown"],
}
_CONSTANTS = {
    (name, key): value
    for name in ("Report", "Plan", "Trace", "ProbeReport", "Version", "CheckList", "Error")
    for key, value in (("apiVersion", API_VERSION), ("kind", name))
}


def report_schema() -> dict[str, Any]:
    """Draft 2020-12. Every key is required; unknown keys are allowed, for later versions may add some."""
    schema = _schema(Report, report, "Report of kubectl ddfargate doctor")
    for value in ("errors", "warnings", "fail", "skip", "unknown", "suppressed", "pass"):
        schema["$defs"]["Summary"]["properties"][value]["minimum"] = 0
    return schema


def plan_schema() -> dict[str, Any]:
    """The same for what `diff -o json` prints."""
    return _schema(Plan, plan, "Plan of kubectl ddfargate diff")


def trace_schema() -> dict[str, Any]:
    """The same for what `doctor TYPE/NAME -o json` prints."""
    return _schema(Trace, trace, "Trace of kubectl ddfargate doctor TYPE/NAME")


def probe_schema() -> dict[str, Any]:
    """The same for what `probe -o json` prints."""
    return _schema(ProbeReport, probe, "ProbeReport of kubectl ddfargate probe")


def version_schema() -> dict[str, Any]:
    """The same for what `version -o json` prints."""
    return _schema(Version, version, "Version of kubectl ddfargate version")


def check_list_schema() -> dict[str, Any]:
    """The same for what `checks -o json` prints."""
    return _schema(CheckList, check_list, "CheckList of kubectl ddfargate checks")


def error_schema() -> dict[str, Any]:
    """The same for what any command prints with `-o json` where it ends without an answer."""
    return _schema(Error, failure, "Error of kubectl ddfargate")


def _schema(document: type[msgspec.Struct], module: ModuleType, title: str) -> dict[str, Any]:
    _, parts = msgspec.json.schema_components([document], ref_template="#/$defs/{name}")
    for part in parts.values():
        if "properties" in part:
            part["required"] = list(part["properties"])
            for field in part["properties"].values():
                field.pop("default", None)
    # what several documents have in common is of the report
    for (name, field), text in (field_texts(report) | field_texts(module)).items():
        if name in parts:
            parts[name]["properties"][field]["description"] = text
    for (name, field), words in _WORDS.items():
        if name in parts:
            _narrow(parts[name]["properties"][field], words)
    for (name, field), value in _CONSTANTS.items():
        if name in parts:
            parts[name]["properties"][field] = {"const": value}
    top = parts.pop(document.__name__)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        **{key: value for key, value in top.items() if key != "title"},
        "$defs": dict(sorted(parts.items())),
    }


def schema_text(schema: dict[str, Any]) -> str:
    """The file in the package's data."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _narrow(field: dict[str, Any], words: list[str]) -> None:
    """Replace the type by the words; one that may be null stays so."""
    nullable = field.pop("anyOf", None) is not None
    field.pop("type", None)
    field["enum"] = [*words, None] if nullable else words


def field_texts(module: ModuleType) -> dict[tuple[str, str], str]:
    """What stands as a string under a field of a struct is its description. Struct and key → text."""
    found: dict[tuple[str, str], str] = {}
    for node in ast.parse(inspect.getsource(module)).body:
        if not (isinstance(node, ast.ClassDef) and _is_struct(module, node.name)):
            continue
        for field, text in itertools.pairwise(node.body):
            match field, text:
                case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(words))):
                    found[node.name, _key(module, node.name, name)] = " ".join(words.split())
    return found


def _is_struct(module: ModuleType, name: str) -> bool:
    return issubclass(getattr(module, name), msgspec.Struct)


def _key(module: ModuleType, struct: str, name: str) -> str:
    """The key of a field in JSON."""
    fields = msgspec.structs.fields(getattr(module, struct))
    return next(one.encode_name for one in fields if one.name == name)
